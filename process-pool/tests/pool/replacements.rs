//! Tests of workers that cannot be replaced: other workers do their tasks.

use std::{
    fs,
    io::Write,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use nix::sys::signal::{Signal, kill};
use process_pool::{Event, PoolError, ProcessPool, Settings};

use crate::{
    fixture::{ONE, TWO, TaskReports, in_time},
    task::Task,
};

/// A silence that is longer than a busy machine delays a heartbeat.
const SILENCE_MAX: Duration = Duration::from_secs(3);

/// The pool's messages on lost workers.
type Losses = Arc<Mutex<Vec<String>>>;

/// Two workers of a program that can be removed or replaced.
fn start(program: &Path) -> (ProcessPool<String>, Losses) {
    symlink(env!("CARGO_BIN_EXE_process-pool-fixture"), program).unwrap();
    let mut worker = Command::new(program);
    worker.arg("worker");
    let settings = Settings { silence_max: SILENCE_MAX, ..Settings::new(worker, TWO) };
    let losses = Losses::default();
    let watched = Arc::clone(&losses);
    let pool = ProcessPool::start(settings, move |event| {
        if let Event::WorkerLost { message } = event {
            watched.lock().unwrap().push(message);
        }
    });
    (pool.unwrap(), losses)
}

/// Replaces the program by a script.
fn replace(program: &Path, script: &str) {
    let new = program.with_extension("new");
    // By a shell: a file that is open for writing in this process cannot be run.
    let written = Command::new("sh")
        .args(["-c", r#"printf '#!/bin/sh\n%s\n' "$1" >"$0""#])
        .arg(&new)
        .arg(script)
        .status();
    assert!(written.unwrap().success());
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(&new, program).unwrap();
}

/// Kills one of two workers after a change to the program, and checks that the other one does all
/// tasks. Returns the messages on lost workers.
fn losses_after(change: impl FnOnce(&Path)) -> Vec<String> {
    let reports = TaskReports::open();
    let program = reports.folder().join("worker");
    let (pool, losses) = start(&program);
    let under_way = [(); 2].map(|()| pool.submit(Task::Announce(reports.path())));
    let [(killed, stream), (_, mut other)] = [reports.next(), reports.next()];
    let working = thread::spawn(move || {
        let squares: Vec<_> =
            pool.map((0..10).map(Task::Square), ONE).map(Result::unwrap).collect();
        pool.join();
        squares
    });
    change(&program);
    kill(killed, Signal::SIGKILL).unwrap();
    drop(stream);
    other.write_all(b"!").unwrap();
    // The task of the killed worker, once more.
    reports.next().1.write_all(b"!").unwrap();
    assert!(under_way.into_iter().all(|task| task.wait().unwrap() == "done"));
    let squares = in_time(move || working.join().unwrap());
    assert_eq!(squares, (0..10_u32).map(|n| (n * n).to_string()).collect::<Vec<_>>());
    let losses = losses.lock().unwrap().clone();
    assert!(losses[0].starts_with(&format!("worker process {killed} ended")), "{losses:?}");
    losses
}

#[test]
fn a_worker_whose_program_is_gone_leaves_its_tasks_to_the_others() {
    let losses = losses_after(|program| fs::remove_file(program).unwrap());
    let [loss] = &losses[..] else { panic!("{losses:?}") };
    assert!(
        loss.contains("(signal: 9 (SIGKILL)); a replacement cannot be started: No such"),
        "{loss}"
    );
    assert!(loss.ends_with("(worker processes left: 1 of 2)"), "{loss}");
}

#[test]
fn a_worker_whose_program_is_another_now_leaves_its_tasks_to_the_others() {
    for (script, symptom) in [
        ("exit 7", "(exit status: 7); it was itself a replacement"),
        ("echo hello; exec sleep 1000", "which is not an answer"),
        ("exec sleep 1000", "did not answer its pool within 3s"),
    ] {
        let losses = losses_after(|program| replace(program, script));
        assert!(losses[0].contains("took its place"), "{losses:?}");
        let last = losses.last().unwrap();
        assert!(last.contains(symptom), "{losses:?}");
        assert!(last.ends_with("(worker processes left: 1 of 2)"), "{losses:?}");
    }
}

#[test]
fn the_others_wait_for_what_may_come_back_to_them() {
    let reports = TaskReports::open();
    let program = reports.folder().join("worker");
    let (pool, _) = start(&program);
    let tasks = [(); 2].map(|()| pool.submit(Task::Announce(reports.path())));
    let [(killed, stream), (_, mut other)] = [reports.next(), reports.next()];
    // Now the queue is empty, and about to be closed.
    let joining = thread::spawn(move || pool.join());
    other.write_all(b"!").unwrap();
    fs::remove_file(&program).unwrap();
    kill(killed, Signal::SIGKILL).unwrap();
    drop(stream);
    reports.next().1.write_all(b"!").unwrap();
    for task in tasks {
        assert_eq!(task.wait().unwrap(), "done");
    }
    joining.join().unwrap();
}

#[test]
fn without_any_worker_all_tasks_fail_at_once_and_by_name() {
    let reports = TaskReports::open();
    let program = reports.folder().join("worker");
    let (pool, losses) = start(&program);
    let under_way = [(); 2].map(|()| pool.submit(Task::Announce(reports.path())));
    let workers = [reports.next(), reports.next()];
    fs::remove_file(&program).unwrap();
    for (worker, _) in &workers {
        kill(*worker, Signal::SIGKILL).unwrap();
    }
    let later = pool.submit(Task::Square(3));
    for (number, task) in under_way.into_iter().chain([later]).enumerate() {
        let error = in_time(move || task.wait()).unwrap_err();
        let message = error.to_string();
        assert!(matches!(error, PoolError::NoWorkerLeft { .. }), "{message}");
        assert!(message.starts_with(&format!("task {number} was not done")), "{message}");
        assert!(message.contains("a replacement cannot be started: No such file"), "{message}");
    }
    assert_eq!(losses.lock().unwrap().len(), 2, "each is named once");
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_is_removed_goes_on_with_its_own_file() {
    let reports = TaskReports::open();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let program = folder.path().join("rebuilt");
    fs::hard_link(env!("CARGO_BIN_EXE_process-pool-fixture"), &program).unwrap();
    let mut parent = Command::new(&program).arg("parent").arg(reports.path()).spawn().unwrap();
    let [(killed, stream), _other] = [reports.next(), reports.next()];
    fs::remove_file(&program).unwrap();
    kill(killed, Signal::SIGKILL).unwrap();
    drop(stream);
    let (replacement, _stream) = reports.next();
    let names = |file: &str| fs::read_to_string(format!("/proc/{replacement}/{file}")).unwrap();
    assert_eq!(names("comm"), "rebuilt\n", "as `ps -C` shows it");
    assert_eq!(names("cmdline"), format!("{}\0worker\0", program.display()), "as `ps aux` does");
    parent.kill().unwrap();
    parent.wait().unwrap();
}
