//! Tests of each way to stop a pool, with a task in each state: each has one result, and every wait
//! ends.

use std::{
    io::Write,
    iter,
    os::unix::fs::symlink,
    panic::{self, AssertUnwindSafe},
    process::Command,
    sync::{Arc, Mutex, mpsc},
    thread,
};

use interrupt::Interrupt;
use nix::sys::signal::{Signal, kill};
use process_pool::{Event, PoolError, ProcessPool, Settings};

use crate::{
    fixture::{ONE, TWO, TaskReports, assert_has_ended, in_time, settings, start},
    task::Task,
};

/// A way to stop the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Interrupt,
    /// The watcher panics at the end of the current task.
    Panic,
    Drop,
    Join,
    /// The worker is killed.
    KillOfWorker,
    /// The worker is killed, and cannot be replaced.
    KillOfLastWorker,
}

/// The end of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    Stopped,
    Lost,
    /// The compiler rules out a task in this state.
    Never,
}

use End::{Done, Lost, Never, Stopped};

/// For each way to stop: how tasks end that are done, under way, sent, queued, waiting for room, or
/// submitted later.
const TABLE: [(Stop, [End; 6]); 6] = [
    (Stop::Interrupt, [Done, Stopped, Stopped, Stopped, Stopped, Stopped]),
    (Stop::Panic, [Done, Stopped, Stopped, Stopped, Stopped, Stopped]),
    (Stop::Drop, [Done, Stopped, Stopped, Stopped, Never, Never]),
    (Stop::Join, [Done, Done, Done, Done, Never, Never]),
    (Stop::KillOfWorker, [Done, Lost, Done, Done, Done, Done]),
    (Stop::KillOfLastWorker, [Done, Lost, Lost, Lost, Lost, Lost]),
];

#[test]
fn each_task_has_one_result_however_the_pool_ends() {
    for (stop, expected) in TABLE {
        println!("{stop:?}");
        assert_eq!(in_time(move || ends(stop)), expected);
    }
}

/// Brings a task into each state, stops the pool, and returns how each task ends.
fn ends(stop: Stop) -> [End; 6] {
    let (reports, interrupt) = (TaskReports::open(), Interrupt::default());
    let program = reports.folder().join("worker");
    symlink(env!("CARGO_BIN_EXE_process-pool-fixture"), &program).unwrap();
    let mut worker = Command::new(&program);
    worker.arg("worker");
    let (go_on, goes_on) = mpsc::channel::<()>();
    let goes_on = Mutex::new(goes_on);
    let watch = move |event| match event {
        Event::TaskDone { task: 0, .. } => goes_on.lock().unwrap().recv().unwrap(),
        Event::TaskDone { task: 1, .. } => assert_ne!(stop, Stop::Panic, "as planned"),
        _ => {}
    };
    let settings = Settings { attempts_max: ONE.try_into().unwrap(), ..Settings::new(worker, ONE) };
    let pool: ProcessPool<String> = ProcessPool::start(settings, watch).unwrap();
    pool.stop_on(&interrupt);

    let done = pool.submit(Task::Square(0));
    // In the queue until the watcher goes on; then the pool takes both.
    let under_way = pool.submit(Task::Announce(reports.path()));
    let behind = pool.submit(Task::Square(2));
    go_on.send(()).unwrap();
    let (pid, mut stream) = reports.next();
    let queued = [3, 4].map(|n| pool.submit(Task::Square(n)));
    let [queued, _] = queued;

    let mut others = [Never; 2];
    match stop {
        Stop::Drop => drop(pool),
        Stop::Join => {
            stream.write_all(b"!").unwrap();
            pool.join();
        }
        _ => {
            others = thread::scope(|scope| {
                let waiting = scope.spawn(|| pool.submit(Task::Square(5)).wait());
                match stop {
                    Stop::Interrupt => interrupt.raise(),
                    Stop::Panic => stream.write_all(b"!").unwrap(),
                    Stop::KillOfWorker => kill(pid, Signal::SIGKILL).unwrap(),
                    _ => {
                        std::fs::remove_file(&program).unwrap();
                        kill(pid, Signal::SIGKILL).unwrap();
                    }
                }
                [waiting.join().unwrap(), pool.submit(Task::Square(6)).wait()]
                    .map(|end| end_of(&end))
            });
            let joined = panic::catch_unwind(AssertUnwindSafe(|| pool.join()));
            assert_eq!(joined.is_err(), stop == Stop::Panic);
        }
    }
    let [done, under_way, behind, queued] =
        [done, under_way, behind, queued].map(|task| end_of(&task.wait()));
    [done, under_way, behind, queued, others[0], others[1]]
}

fn end_of(result: &Result<String, PoolError>) -> End {
    match result {
        Ok(_) => Done,
        Err(PoolError::Stopped) => Stopped,
        Err(PoolError::TaskLost { .. } | PoolError::NoWorkerLeft { .. }) => Lost,
        Err(error) => panic!("{error:?}"),
    }
}

#[test]
fn a_stopped_pool_answers_for_tasks_that_map_has_not_taken_yet() {
    in_time(|| {
        let (reports, interrupt) = (TaskReports::open(), Interrupt::default());
        let pool = start(settings(TWO));
        pool.stop_on(&interrupt);
        let path = reports.path();
        let tasks = iter::repeat_with(|| Task::Announce(path.clone()));
        let interrupting = thread::spawn(move || {
            let workers = [reports.next(), reports.next()];
            interrupt.raise();
            workers
        });
        let ends: Vec<End> = pool.map(tasks, TWO).take(1000).map(|end| end_of(&end)).collect();
        assert_eq!(ends, [Stopped; 1000]);
        pool.join();
        for (_, worker) in interrupting.join().unwrap() {
            assert_has_ended(worker);
        }
    });
}

#[test]
fn a_pool_may_be_stopped_after_any_number_of_results() {
    in_time(|| (0..40).for_each(stop_after));
}

/// Interrupts a pool when it has done the task with this number, of 40.
fn stop_after(number: u64) {
    let interrupt = Arc::new(Interrupt::default());
    let interrupting = Arc::clone(&interrupt);
    let watch = move |event| {
        if matches!(event, Event::TaskDone { task, .. } if task == number) {
            interrupting.raise();
        }
    };
    let pool: ProcessPool<String> = ProcessPool::start(settings(TWO), watch).unwrap();
    pool.stop_on(&interrupt);
    let results: Vec<_> = pool.map((0..40).map(Task::Square), ONE).collect();
    assert_eq!(results.len(), 40);
    for (n, result) in results.iter().enumerate() {
        match result {
            Ok(square) => assert_eq!(square, &(n * n).to_string()),
            Err(error) => assert!(matches!(error, PoolError::Stopped), "{error:?}"),
        }
    }
    assert!(results[usize::try_from(number).unwrap()].is_ok(), "it was done before");
}

#[test]
fn a_pool_can_be_dropped_at_the_first_error() {
    let reports = TaskReports::open();
    let pool = start(settings(TWO));
    let tasks = [Task::Fail, Task::Announce(reports.path()), Task::Announce(reports.path())];
    let results: Result<Vec<String>, _> = pool.map(tasks, ONE).collect();
    assert!(matches!(results, Err(PoolError::TaskFailed { task: 0, .. })), "{results:?}");
    let workers = [reports.next(), reports.next()];
    drop(pool);
    for (_, worker) in workers {
        assert_has_ended(worker);
    }
}
