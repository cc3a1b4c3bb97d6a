//! The process pool with workers that behave, and with workers that do anything but.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

#[path = "fixtures/process_pool_task.rs"]
mod task;

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    num::{NonZeroU32, NonZeroUsize},
    os::{
        fd::AsFd,
        unix::net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    process::{self, Command},
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{
    gate::GateServer,
    interrupt::Interrupt,
    process_pool::{Event, Loss, PoolError, ProcessPool, Settings},
};
use nix::{
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use task::Task;
use tempfile::TempDir;

const ONE: NonZeroUsize = NonZeroUsize::new(1).unwrap();
const THREE: NonZeroUsize = NonZeroUsize::new(3).unwrap();
const PATIENCE: Duration = Duration::from_mins(1);

fn fixture(argument: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_process-pool-fixture"));
    command.arg(argument);
    command
}

/// Neither reads nor writes.
fn deaf_worker() -> Command {
    let mut command = Command::new("sleep");
    command.arg("1000");
    command
}

fn settings(workers: NonZeroUsize) -> Settings {
    Settings::new(fixture("worker"), workers)
}

fn start(settings: Settings) -> ProcessPool<String> {
    ProcessPool::start(settings, |_| ()).unwrap()
}

/// Where a worker in the middle of a task reports to the test.
struct Desk {
    listener: UnixListener,
    folder: TempDir,
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("desk")).unwrap();
        Self { listener, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("desk")
    }

    /// Waits for a worker to report; it is at its task as long as the stream is open.
    fn next(&self) -> (Pid, UnixStream) {
        let mut waiting = [PollFd::new(self.listener.as_fd(), PollFlags::POLLIN)];
        let patience = PollTimeout::try_from(PATIENCE).unwrap();
        assert_eq!(poll(&mut waiting, patience), Ok(1), "a worker reports");
        let (mut stream, _) = self.listener.accept().unwrap();
        let mut pid = [0; 4];
        stream.read_exact(&mut pid).unwrap();
        (Pid::from_raw(i32::from_be_bytes(pid)), stream)
    }
}

fn assert_has_ended(mut worker: UnixStream) {
    worker.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(worker.read(&mut [0]).unwrap(), 0, "the kernel closes the streams of the dead");
}

#[test]
fn map_yields_results_in_the_order_of_tasks() {
    for batch_size in [1, 7, 50, 1000] {
        let pool = start(settings(THREE));
        let results = pool.map((0..200).map(Task::Square), NonZeroUsize::new(batch_size).unwrap());
        let squares: Vec<String> = results.map(Result::unwrap).collect();
        assert_eq!(squares, (0..200).map(|n| (n * n).to_string()).collect::<Vec<_>>());
        pool.join();
    }
}

#[test]
fn submit_returns_before_the_task_is_done() {
    let desk = Desk::open();
    let pool = start(settings(ONE));
    let pending = pool.submit(Task::Announce(desk.path()));
    let (_, mut worker) = desk.next();
    worker.write_all(b"!").unwrap();
    assert_eq!(pending.wait().unwrap(), "done");
    pool.join();
}

#[test]
fn all_workers_work_at_once_and_are_children_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gate");
    let server = GateServer::bind(&path, THREE, PATIENCE).unwrap();
    let pool = start(settings(THREE));
    let tasks = (0..THREE.get()).map(|_| Task::PassGate(path.clone()));
    assert_eq!(pool.map(tasks, ONE).map(Result::unwrap).count(), 3);
    pool.join();

    assert!(server.gate().was_opened());
    let pids: BTreeSet<u32> = server.arrivals().iter().map(|arrival| arrival.pid).collect();
    assert_eq!(pids.len(), 3, "one process each");
    assert!(server.arrivals().iter().all(|arrival| arrival.parent == Some(process::id())));
}

#[test]
fn join_waits_for_tasks_and_watchers_see_each_once() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let watcher = Arc::clone(&events);
    let pool: ProcessPool<String> =
        ProcessPool::start(settings(THREE), move |event| watcher.lock().unwrap().push(event))
            .unwrap();
    let pending: Vec<_> = (0..20).map(|n| pool.submit(Task::Square(n))).collect();
    pool.join();

    let mut started = BTreeSet::new();
    let mut done = Vec::new();
    for event in events.lock().unwrap().iter() {
        match *event {
            Event::WorkerStarted { pid } => assert!(started.insert(pid)),
            Event::TaskDone { pid, task, .. } => {
                assert!(started.contains(&pid));
                done.push(task);
            }
        }
    }
    done.sort_unstable();
    assert_eq!(started.len(), 3);
    assert_eq!(done, (0..20).collect::<Vec<u64>>());
    assert_eq!(pending.into_iter().map(|task| task.wait().unwrap()).next_back().unwrap(), "361");
}

#[test]
fn a_worker_killed_in_the_middle_of_a_task_is_replaced() {
    let desk = Desk::open();
    let pool = start(settings(ONE));
    let tasks = [Task::Square(2), Task::Announce(desk.path()), Task::Square(3)];
    let mut results = pool.map(tasks, THREE);
    let killer = std::thread::spawn(move || {
        let (killed, _stream) = desk.next();
        kill(killed, Signal::SIGKILL).unwrap();
        let (replacement, mut stream) = desk.next();
        stream.write_all(b"!").unwrap();
        assert_ne!(killed, replacement);
    });
    for expected in ["4", "done", "9"] {
        assert_eq!(results.next().unwrap().unwrap(), expected);
    }
    assert!(results.next().is_none(), "nothing is doubled");
    killer.join().unwrap();
}

/// Runs `bad` between two good tasks of one batch, and returns its error; the good ones succeed.
fn error_of(bad: Task, settings: Settings) -> PoolError {
    let pool = start(settings);
    let results = pool.map([Task::Square(5), bad, Task::Square(6)], THREE);
    let [before, error, after] = results.collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((before.unwrap(), after.unwrap()), ("25".to_owned(), "36".to_owned()));
    error.unwrap_err()
}

#[test]
fn a_worker_that_always_exits_early_is_named() {
    let error = error_of(Task::ExitEarly, settings(ONE));
    let PoolError::TaskLost { task: 1, attempts: 3, loss: Loss::Ended { status, .. } } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(status.code(), Some(3));
    let message = error.to_string();
    assert!(message.starts_with("task 1 was given up (attempts: 3): worker process "), "{message}");
    assert!(message.ends_with("ended before it answered (exit status: 3)"), "{message}");
}

#[test]
fn garbage_on_stdout_is_reported_as_such() {
    let error = error_of(Task::PrintGarbage, settings(ONE));
    let PoolError::TaskLost { loss: Loss::NotAnAnswer { line, .. }, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(line, "debug: here I am");
    assert!(error.to_string().contains("belongs on stderr"), "{error}");
}

#[test]
fn a_task_that_fails_is_not_tried_again() {
    let error = error_of(Task::Fail, settings(ONE));
    let PoolError::TaskFailed { task: 1, message, .. } = &error else { panic!("{error:?}") };
    assert_eq!(message, "as told");
}

#[test]
fn a_worker_that_hangs_past_its_deadline_is_killed() {
    let attempts_max = NonZeroU32::new(2).unwrap();
    let task_deadline = Some(Duration::from_millis(100));
    let pool = start(Settings { attempts_max, task_deadline, ..settings(ONE) });
    let error = pool.submit(Task::Hang).wait().unwrap_err();
    let PoolError::TaskLost { attempts: 2, loss: Loss::Overdue { deadline, .. }, .. } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(Some(deadline), task_deadline);
}

#[test]
fn a_worker_that_cannot_be_started_is_an_error_at_once() {
    let nowhere = Command::new("/there/is/no/such/program");
    let error = ProcessPool::<String>::start(Settings::new(nowhere, THREE), |_| ()).unwrap_err();
    let PoolError::CannotStart { program, source } = &error else { panic!("{error:?}") };
    assert_eq!(program, "/there/is/no/such/program");
    assert_eq!(source.kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn large_answers_and_large_batches_do_not_jam_the_pipes() {
    let pool = start(settings(ONE));
    let tasks = (0..100).map(|_| Task::Letters(200_000));
    let lengths: Vec<usize> =
        pool.map(tasks, NonZeroUsize::new(100).unwrap()).map(|text| text.unwrap().len()).collect();
    assert_eq!(lengths, [200_000; 100]);
}

fn check_stops(stop: impl FnOnce(&Interrupt, &mut Option<ProcessPool<String>>)) {
    let (desk, interrupt) = (Desk::open(), Interrupt::default());
    let mut pool = Some(start(settings(ONE)));
    let running = pool.as_ref().unwrap();
    running.stop_on(&interrupt);
    let pending = [Task::Announce(desk.path()), Task::Square(7)].map(|task| running.submit(task));
    let (_, worker) = desk.next();
    stop(&interrupt, &mut pool);
    assert_has_ended(worker);
    assert!(pending.into_iter().all(|task| matches!(task.wait(), Err(PoolError::Stopped))));
}

#[test]
fn whoever_drops_or_interrupts_a_pool_kills_its_workers_in_the_middle_of_a_task() {
    check_stops(|_, pool| drop(pool.take()));
    check_stops(|interrupt, _| interrupt.raise());
}

#[test]
fn dropping_a_pool_does_not_wait_for_a_worker_that_does_not_read() {
    let pool = start(Settings::new(deaf_worker(), ONE));
    let pending = pool.submit("x".repeat(1 << 20));
    drop(pool);
    assert!(matches!(pending.wait(), Err(PoolError::Stopped)));
}

#[test]
fn workers_end_with_a_parent_that_is_killed_in_the_middle_of_their_tasks() {
    let desk = Desk::open();
    let mut parent = fixture("parent").arg(desk.path()).spawn().unwrap();
    let workers = [desk.next(), desk.next()];
    parent.kill().unwrap();
    parent.wait().unwrap();
    for (_, worker) in workers {
        assert_has_ended(worker);
    }
}

#[test]
fn ctrl_c_is_left_to_the_parent() {
    let desk = Desk::open();
    let pool = start(settings(ONE));
    let pending = pool.submit(Task::Announce(desk.path()));
    let (pid, mut worker) = desk.next();
    kill(pid, Signal::SIGINT).unwrap();
    worker.write_all(b"!").unwrap();
    assert_eq!(pending.wait().unwrap(), "done");
}

#[test]
fn a_worker_needs_no_pool() {
    let request = Path::new(env!("CARGO_TARGET_TMPDIR")).join("requests.jsonl");
    std::fs::write(&request, "{\"task\":7,\"input\":{\"Square\":12}}\n").unwrap();
    let output = fixture("worker").stdin(std::fs::File::open(&request).unwrap()).output().unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["task"], 7);
    assert_eq!(answer["outcome"]["output"], "144");
    assert!(output.status.success());
}

#[test]
fn a_worker_that_dies_at_the_next_task_does_not_cost_the_answer_before() {
    let pool = start(settings(ONE));
    let long = || Task::Ignore("x".repeat(300_000));
    let tasks = [Task::Square(5), Task::ExitEarly, long(), long()];
    let results: Vec<_> = pool.map(tasks, NonZeroUsize::new(4).unwrap()).collect();
    assert_eq!(results[0].as_ref().unwrap(), "25");
    assert!(matches!(results[1], Err(PoolError::TaskLost { task: 1, .. })), "{:?}", results[1]);
    assert!(results[2].is_ok() && results[3].is_ok());
}

#[test]
fn an_answer_too_many_is_found_out() {
    let pool = start(settings(ONE));
    let results: Vec<_> = pool.map([Task::AnswerTwice, Task::Square(7)], THREE).collect();
    assert_eq!(results[0].as_ref().unwrap(), "first");
    assert_eq!(results[1].as_ref().unwrap(), "49", "by a worker that can be trusted");
}

#[test]
fn a_worker_that_does_not_read_is_killed_past_its_deadline() {
    let attempts_max = NonZeroU32::MIN;
    let task_deadline = Some(Duration::from_millis(100));
    let pool = start(Settings { attempts_max, task_deadline, ..Settings::new(deaf_worker(), ONE) });
    let error = pool.submit("x".repeat(1 << 20)).wait().unwrap_err();
    assert!(matches!(error, PoolError::TaskLost { loss: Loss::Overdue { .. }, .. }), "{error:?}");
}

#[test]
fn a_dead_worker_is_noticed_although_its_child_keeps_stdout_open() {
    let mut worker = Command::new("sh");
    worker.args(["-c", "sleep 5 & exit 3"]);
    let attempts_max = NonZeroU32::MIN;
    let pool = start(Settings { attempts_max, ..Settings::new(worker, ONE) });
    let error = pool.submit(Task::Square(1)).wait().unwrap_err();
    let PoolError::TaskLost { loss: Loss::Ended { status, .. }, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(status.code(), Some(3));
}

#[test]
fn a_worker_behind_a_shell_ends_with_the_pool() {
    let desk = Desk::open();
    let mut worker = Command::new("sh");
    worker.args(["-c", r#""$0" worker; true"#, env!("CARGO_BIN_EXE_process-pool-fixture")]);
    let pool = start(Settings::new(worker, ONE));
    let pending = pool.submit(Task::Announce(desk.path()));
    let (_, worker) = desk.next();
    drop(pool);
    assert_has_ended(worker);
    assert!(matches!(pending.wait(), Err(PoolError::Stopped)));
}

#[test]
fn a_watcher_that_panics_is_heard_of_and_nobody_waits_for_ever() {
    let pool: ProcessPool<String> = ProcessPool::start(settings(ONE), |event| {
        assert!(!matches!(event, Event::TaskDone { .. }), "as told");
    })
    .unwrap();
    let results: Vec<_> = pool.map((0..50).map(Task::Square), ONE).collect();
    assert_eq!(results.len(), 50);
    assert!(results.iter().all(|result| matches!(result, Err(PoolError::Stopped))));
    let joined = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| pool.join()));
    assert!(joined.is_err());
}

#[test]
fn map_takes_tasks_only_a_little_ahead() {
    let taken = std::cell::Cell::new(0);
    let tasks = std::iter::repeat_with(|| {
        taken.set(taken.get() + 1);
        Task::Square(taken.get())
    });
    let pool = start(settings(ONE));
    let results = pool.map(tasks, ONE);
    assert_eq!(results.take(3).map(Result::unwrap).collect::<Vec<_>>(), ["1", "4", "9"]);
    assert!(taken.get() <= 32, "{} of infinitely many", taken.get());
}

#[test]
fn watchers_learn_how_long_a_worker_was_at_a_task() {
    let longest = Arc::new(Mutex::new(Duration::ZERO));
    let watcher = Arc::clone(&longest);
    let pool: ProcessPool<String> = ProcessPool::start(settings(ONE), move |event| {
        if let Event::TaskDone { busy, .. } = event {
            *watcher.lock().unwrap() = busy;
        }
    })
    .unwrap();
    assert_eq!(pool.submit(Task::ComputeMillis(20)).wait().unwrap(), "done");
    assert!(*longest.lock().unwrap() >= Duration::from_millis(20));
}
