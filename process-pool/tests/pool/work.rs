//! Tests of tasks whose workers behave.

use std::{
    collections::BTreeSet,
    io::Write,
    num::NonZeroUsize,
    path::Path,
    process,
    sync::{Arc, Mutex},
    time::Duration,
};

use gate::GateServer;
use process_pool::{Event, ProcessPool};

use crate::{
    fixture::{ONE, THREE, TIMEOUT, TaskReports, fixture, settings, start},
    task::Task,
};

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
    let reports = TaskReports::open();
    let pool = start(settings(ONE));
    let pending = pool.submit(Task::Announce(reports.path()));
    let (_, mut worker) = reports.next();
    worker.write_all(b"!").unwrap();
    assert_eq!(pending.wait().unwrap(), "done");
    pool.join();
}

#[test]
fn all_workers_work_at_once_and_are_children_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gate");
    let server = GateServer::bind(&path, THREE, TIMEOUT).unwrap();
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
fn large_answers_and_large_batches_do_not_jam_the_pipes() {
    let pool = start(settings(ONE));
    let tasks = (0..100).map(|_| Task::Letters(200_000));
    let lengths: Vec<usize> =
        pool.map(tasks, NonZeroUsize::new(100).unwrap()).map(|text| text.unwrap().len()).collect();
    assert_eq!(lengths, [200_000; 100]);
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
fn a_watcher_may_change_an_output_until_it_is_handed_on() {
    let kept = Arc::new(Mutex::new(None));
    let watcher = Arc::clone(&kept);
    let pool: ProcessPool<String> = ProcessPool::start(settings(ONE), move |event| {
        if let Event::TaskDone { output, .. } = event {
            assert_eq!(output.change(|_: &mut u64| ()), None, "it is of another type");
            output.change(|text: &mut String| text.push('!')).unwrap();
            *watcher.lock().unwrap() = Some(output);
        }
    })
    .unwrap();
    assert_eq!(pool.submit(Task::Square(5)).wait().unwrap(), "25!");
    let output = kept.lock().unwrap().take().unwrap();
    assert_eq!(output.change(|_: &mut String| ()), None, "it was handed on");
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
