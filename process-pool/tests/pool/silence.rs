//! Tests of silent workers, which are killed and replaced, and of long tasks, which are not.

use std::{
    io::{BufRead, BufReader, Write},
    num::NonZeroU32,
    process::{Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use process_pool::{Event, Loss, PoolError, ProcessPool, Settings};

use crate::{
    fixture::{
        ONE, THREE, TWO, TaskReports, assert_has_ended, fixture, in_time, settings, start,
        unresponsive_worker,
    },
    task::Task,
};

/// A silence that is longer than a busy machine delays a heartbeat.
const SILENCE_MAX: Duration = Duration::from_secs(3);

#[test]
fn a_worker_that_is_stopped_is_replaced_and_one_at_a_long_task_is_not() {
    let (stopped_reports, long_reports) = (TaskReports::open(), TaskReports::open());
    let (losses, lost) = mpsc::channel();
    let settings = Settings { silence_max: SILENCE_MAX, ..settings(TWO) };
    let pool: ProcessPool<String> = ProcessPool::start(settings, move |event| {
        if let Event::WorkerLost { message } = event {
            losses.send(message).unwrap();
        }
    })
    .unwrap();
    let long = pool.submit(Task::Announce(long_reports.path()));
    let (_, mut long_worker) = long_reports.next();

    let tasks = [Task::Square(2), Task::Announce(stopped_reports.path()), Task::Square(3)];
    let mut results = pool.map(tasks, THREE);
    let replacing = std::thread::spawn(move || {
        let (stopped, stream) = stopped_reports.next();
        kill(stopped, Signal::SIGSTOP).unwrap();
        // It comes only after the time that a worker may be silent.
        let (replacement, mut its_stream) = stopped_reports.next();
        assert_ne!(replacement, stopped);
        assert_has_ended(stream);
        its_stream.write_all(b"!").unwrap();
        (stopped, replacement)
    });
    for expected in ["4", "done", "9"] {
        assert_eq!(results.next().unwrap().unwrap(), expected);
    }
    assert!(results.next().is_none(), "nothing is doubled");
    let (stopped, replacement) = replacing.join().unwrap();
    let expected = format!(
        "worker process {stopped} was killed because it showed no sign of life for 3s (was it \
         stopped, as `kill -STOP` does?); process {replacement} took its place"
    );
    assert_eq!(lost.recv().unwrap(), expected);
    assert!(lost.try_recv().is_err(), "named once");

    long_worker.write_all(b"!").unwrap();
    assert_eq!(long.wait().unwrap(), "done", "it has been at its task for longer than that");
    assert!(long_reports.is_empty(), "it was begun once");
}

#[test]
fn a_worker_that_is_stopped_while_it_has_nothing_to_do_costs_no_task() {
    let (starts, started) = mpsc::channel();
    let settings = Settings { silence_max: SILENCE_MAX, ..settings(ONE) };
    let pool: ProcessPool<String> = ProcessPool::start(settings, move |event| {
        if let Event::WorkerStarted { pid } = event {
            starts.send(pid).unwrap();
        }
    })
    .unwrap();
    assert_eq!(pool.submit(Task::Square(3)).wait().unwrap(), "9");
    let pid = Pid::from_raw(started.recv().unwrap().cast_signed());
    kill(pid, Signal::SIGSTOP).unwrap();
    let results: Vec<String> = in_time(move || {
        let results = pool.map((4..7).map(Task::Square), ONE).map(Result::unwrap).collect();
        pool.join();
        results
    });
    assert_eq!(results, ["16", "25", "36"]);
    assert!(started.try_recv().is_ok(), "by another worker");
}

#[test]
fn a_program_that_is_no_worker_is_named() {
    let check = |worker: Command, task: String| {
        let silence_max = Duration::from_millis(200);
        let attempts_max = NonZeroU32::MIN;
        let pool = start(Settings { silence_max, attempts_max, ..Settings::new(worker, ONE) });
        let error = in_time(move || pool.submit(task).wait()).unwrap_err();
        assert!(error.to_string().contains("did not answer its pool within 200ms"), "{error}");
        let PoolError::TaskLost { loss: Loss::NoHandshake { .. }, .. } = error else {
            panic!("{error:?}");
        };
    };
    let mut reader = Command::new("sh");
    reader.args(["-c", "cat >/dev/null"]);
    check(reader, "short".to_owned());
    check(unresponsive_worker(), "short".to_owned());
    check(unresponsive_worker(), "long".repeat(1 << 18));
}

#[test]
fn a_worker_that_falls_silent_is_named() {
    let mut worker = Command::new("sh");
    worker.args(["-c", r#"read line; echo '{"alive":true}'; cat >/dev/null"#]);
    // Enough for the shell to start on a busy machine.
    let silence_max = Duration::from_secs(3);
    let attempts_max = NonZeroU32::MIN;
    let pool = start(Settings { silence_max, attempts_max, ..Settings::new(worker, ONE) });
    let error = in_time(move || pool.submit(Task::Square(1)).wait()).unwrap_err();
    assert!(error.to_string().contains("no sign of life for 3s"), "{error}");
    let PoolError::TaskLost { attempts: 1, loss: Loss::Silent { .. }, .. } = error else {
        panic!("{error:?}");
    };
}

#[test]
fn heartbeats_come_on_request_and_only_during_a_task() {
    let reports = TaskReports::open();
    let mut worker =
        fixture("worker").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = worker.stdin.take().unwrap();
    let mut lines = BufReader::new(worker.stdout.take().unwrap()).lines().map(Result::unwrap);

    let task = serde_json::to_string(&Task::Announce(reports.path())).unwrap();
    writeln!(stdin, r#"{{"task":7,"heartbeat_ms":1,"input":{task}}}"#).unwrap();
    let (_, mut stream) = reports.next();
    for _ in 0..10 {
        assert_eq!(lines.next().unwrap(), r#"{"alive":true}"#);
    }
    stream.write_all(b"!").unwrap();
    drop(stdin);
    let rest: Vec<String> = lines.skip_while(|line| line.contains("alive")).collect();
    let [answer] = &rest[..] else { panic!("{rest:?}") };
    assert!(answer.contains(r#""task":7"#), "{answer}");
    assert!(worker.wait().unwrap().success());
}

#[test]
fn without_asking_there_is_one_line_for_each_task() {
    let reports = TaskReports::open();
    let mut worker =
        fixture("worker").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = worker.stdin.take().unwrap();
    for (number, task) in [Task::Square(2), Task::Announce(reports.path())].iter().enumerate() {
        let task = serde_json::to_string(task).unwrap();
        writeln!(stdin, r#"{{"task":{number},"input":{task}}}"#).unwrap();
    }
    drop(stdin);
    reports.next().1.write_all(b"!").unwrap();
    let output = worker.wait_with_output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), 2, "{output}");
    assert!(lines.iter().all(|line| line.contains("outcome")), "{output}");
}

#[test]
#[cfg(target_os = "linux")]
fn stopped_workers_end_with_a_parent_that_is_killed() {
    let reports = TaskReports::open();
    let mut parent = fixture("parent").arg(reports.path()).spawn().unwrap();
    let workers = [reports.next(), reports.next()];
    for (worker, _) in &workers {
        kill(*worker, Signal::SIGSTOP).unwrap();
    }
    parent.kill().unwrap();
    parent.wait().unwrap();
    for (_, stream) in workers {
        assert_has_ended(stream);
    }
}

#[test]
fn a_parent_that_ignores_its_children_learns_how_they_end() {
    let script = r#"trap "" CHLD; exec "$0" loss"#;
    let program = env!("CARGO_BIN_EXE_process-pool-fixture");
    // Not `sh`: dash does not ignore SIGCHLD, although it is asked to.
    let output = Command::new("bash").args(["-c", script, program]).output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    assert!(output.contains("ended before it answered (exit status: 3)"), "{output}");
}
