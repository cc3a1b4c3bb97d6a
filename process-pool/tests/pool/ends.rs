//! Tests of the end of a pool: joined, dropped, interrupted, or with its process.

use std::{
    collections::BTreeSet,
    io::Write,
    num::{NonZeroU32, NonZeroUsize},
    process::Command,
    sync::{Arc, Mutex},
    thread,
};

use interrupt::Interrupt;
use nix::sys::signal::{Signal, kill};
use process_pool::{Event, PoolError, ProcessPool, Settings};

use crate::{
    fixture::{
        ONE, THREE, TaskReports, assert_has_ended, fixture, settings, start, unresponsive_worker,
    },
    task::Task,
};

fn check_stops(stop: impl FnOnce(&Interrupt, &mut Option<ProcessPool<String>>)) {
    let (reports, interrupt) = (TaskReports::open(), Interrupt::default());
    let mut pool = Some(start(settings(ONE)));
    let running = pool.as_ref().unwrap();
    running.stop_on(&interrupt);
    let pending =
        [Task::Announce(reports.path()), Task::Square(7)].map(|task| running.submit(task));
    let (_, worker) = reports.next();
    stop(&interrupt, &mut pool);
    assert_has_ended(worker);
    assert!(pending.into_iter().all(|task| matches!(task.wait(), Err(PoolError::Stopped))));
}

#[test]
fn a_pool_that_is_dropped_or_interrupted_kills_its_workers_in_the_middle_of_a_task() {
    check_stops(|_, pool| drop(pool.take()));
    check_stops(|interrupt, _| interrupt.raise());
}

#[test]
fn what_is_done_before_an_interrupt_counts() {
    for _ in 0..100 {
        let (reports, interrupt) = (TaskReports::open(), Interrupt::default());
        let pool = start(settings(ONE));
        pool.stop_on(&interrupt);
        let tasks = [Task::Square(3), Task::Square(4), Task::Announce(reports.path())];
        let results = pool.map(tasks, NonZeroUsize::new(3).unwrap());
        let stopping = thread::spawn(move || {
            let worker = reports.next();
            interrupt.raise();
            worker
        });
        let results: Vec<_> = results.collect();
        let [Ok(nine), Ok(sixteen), Err(PoolError::Stopped)] = &results[..] else {
            panic!("{results:?}");
        };
        assert_eq!((nine.as_str(), sixteen.as_str()), ("9", "16"));
        stopping.join().unwrap();
    }
}

#[test]
fn dropping_a_pool_does_not_wait_for_a_worker_that_does_not_read() {
    let pool = start(Settings::new(unresponsive_worker(), ONE));
    let pending = pool.submit("x".repeat(1 << 20));
    drop(pool);
    assert!(matches!(pending.wait(), Err(PoolError::Stopped)));
}

#[test]
fn workers_end_with_a_parent_that_is_killed_in_the_middle_of_their_tasks() {
    let reports = TaskReports::open();
    let mut parent = fixture("parent").arg(reports.path()).spawn().unwrap();
    let workers = [reports.next(), reports.next()];
    parent.kill().unwrap();
    parent.wait().unwrap();
    for (_, worker) in workers {
        assert_has_ended(worker);
    }
}

#[test]
fn signals_are_left_to_the_parent() {
    let reports = TaskReports::open();
    let pool = start(Settings { attempts_max: NonZeroU32::MIN, ..settings(ONE) });
    let pending = pool.submit(Task::Announce(reports.path()));
    let (pid, mut worker) = reports.next();
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        kill(pid, signal).unwrap();
    }
    worker.write_all(b"!").unwrap();
    assert_eq!(pending.wait().unwrap(), "done");
}

#[test]
fn a_worker_behind_a_shell_ends_with_the_pool() {
    let reports = TaskReports::open();
    let mut worker = Command::new("sh");
    worker.args(["-c", r#""$0" worker; true"#, env!("CARGO_BIN_EXE_process-pool-fixture")]);
    let pool = start(Settings::new(worker, ONE));
    let pending = pool.submit(Task::Announce(reports.path()));
    let (_, worker) = reports.next();
    drop(pool);
    assert_has_ended(worker);
    assert!(matches!(pending.wait(), Err(PoolError::Stopped)));
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
            Event::WorkerLost { ref message } => panic!("{message}"),
        }
    }
    done.sort_unstable();
    assert_eq!(started.len(), 3);
    assert_eq!(done, (0..20).collect::<Vec<u64>>());
    assert_eq!(pending.into_iter().map(|task| task.wait().unwrap()).next_back().unwrap(), "361");
}
