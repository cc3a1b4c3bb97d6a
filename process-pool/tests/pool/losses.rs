//! Tests of workers that die, hang, or write garbage: each costs only its task.

use std::{
    io::Write,
    num::{NonZeroU32, NonZeroUsize},
    process::Command,
    thread,
    time::Duration,
};

use nix::sys::signal::{Signal, kill};
use process_pool::{Event, Loss, PoolError, ProcessPool, Settings};

use crate::{
    fixture::{ONE, THREE, TaskReports, settings, start, unresponsive_worker},
    task::Task,
};

#[test]
fn a_worker_killed_in_the_middle_of_a_task_is_replaced() {
    let reports = TaskReports::open();
    let pool = start(settings(ONE));
    let tasks = [Task::Square(2), Task::Announce(reports.path()), Task::Square(3)];
    let mut results = pool.map(tasks, THREE);
    let killer = thread::spawn(move || {
        let (killed, _stream) = reports.next();
        kill(killed, Signal::SIGKILL).unwrap();
        let (replacement, mut stream) = reports.next();
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
    assert_eq!(message, "as planned");
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
    let pool = start(Settings {
        attempts_max,
        task_deadline,
        ..Settings::new(unresponsive_worker(), ONE)
    });
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
fn a_watcher_that_panics_is_reported_and_all_waits_end() {
    let pool: ProcessPool<String> = ProcessPool::start(settings(ONE), |event| {
        assert!(!matches!(event, Event::TaskDone { .. }), "as planned");
    })
    .unwrap();
    let results: Vec<_> = pool.map((0..50).map(Task::Square), ONE).collect();
    assert_eq!(results.len(), 50);
    assert!(results.iter().all(|result| matches!(result, Err(PoolError::Stopped))));
    let joined = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| pool.join()));
    assert!(joined.is_err());
}
