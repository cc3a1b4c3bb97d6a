//! Tests of wardens without namespaces: limits hold, and no process is left afterwards.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use lab::{
    limits::{ExceededLimit, Isolation, Limits},
    run_request::{ExitReport, RunRequest},
    sandbox::View,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

const LIMITS: Limits = Limits {
    deadline: Duration::from_mins(1),
    cpu: Duration::from_mins(1),
    memory_bytes: 256 << 20,
    threads: 64,
    file_bytes: 1 << 20,
    isolation: Isolation::Limits,
    port: None,
};

/// Processes below a shell, one of which has left its session and lost its parent.
const FAMILY: &str = "sleep 1000 & (setsid sleep 1000 &) ; echo started; wait";

/// Runs a shell's script under a warden; returns how it ended, and what it wrote.
fn run(script: &str, limits: Limits) -> (ExitReport, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut warden = start(&folder, script, limits);
    let mut written = String::new();
    warden.stdout.take().unwrap().read_to_string(&mut written).unwrap();
    assert!(warden.wait().unwrap().success());
    (exit_report(&folder), written)
}

fn start(folder: &TempDir, script: &str, limits: Limits) -> std::process::Child {
    let request = RunRequest {
        program: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".into(), script.into()],
        environment: Vec::new(),
        directory: PathBuf::from("/"),
        view: View::default(),
        stage: None,
        limits,
        user: None,
        group: None,
        relay: None,
        report: folder.path().join("report"),
    };
    Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(["warden", &serde_json::to_string(&request).unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn exit_report(folder: &TempDir) -> ExitReport {
    serde_json::from_slice(&fs::read(folder.path().join("report")).unwrap()).unwrap()
}

fn ended(exit_code: Option<i32>, signal: Option<i32>, killed: Option<ExceededLimit>) -> ExitReport {
    ExitReport { exit_code, signal, killed, left_behind: 0 }
}

#[test]
fn a_program_ends_by_itself_and_sees_no_environment() {
    let (exit, written) = run("echo \"home: $HOME\"; exit 3", LIMITS);
    assert_eq!(exit, ended(Some(3), None, None));
    assert_eq!(written, "home: \n");
    for signal in interrupt::ending_signals().into_iter().chain([Signal::SIGKILL]) {
        let (exit, _) = run(&format!("kill -{} $$; exit 3", signal as i32), LIMITS);
        assert_eq!(exit, ended(None, Some(signal as i32), None), "the warden blocks none of it");
    }
}

#[test]
fn a_program_that_takes_too_long_is_ended_with_all_that_it_started() {
    let limits = Limits { deadline: Duration::from_millis(50), ..LIMITS };
    // Reading to the end takes until no process is left that could write.
    assert_eq!(run(FAMILY, limits).0, ended(None, None, Some(ExceededLimit::Deadline)));
}

#[test]
fn a_program_that_leaves_processes_behind_is_found() {
    let (exit, _) = run("setsid sleep 1000 >/dev/null & exit 0", LIMITS);
    assert_eq!(exit, ExitReport { left_behind: 1, ..ended(Some(0), None, None) });
}

#[test]
fn memory_is_limited_for_all_processes_together() {
    let limits = Limits { memory_bytes: 2 << 20, ..LIMITS };
    assert_eq!(run("sleep 1000 & sleep 1000 & wait", limits).0.killed, Some(ExceededLimit::Memory));
}

#[test]
fn a_warden_and_all_below_end_with_the_process_that_started_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut warden = start(&folder, FAMILY, LIMITS);
    let mut written = BufReader::new(warden.stdout.take().unwrap());
    let mut line = String::new();
    written.read_line(&mut line).unwrap();
    assert_eq!(line, "started\n");
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        kill(Pid::from_raw(warden.id().cast_signed()), signal).unwrap();
    }
    drop(warden.stdin.take());
    assert_eq!(written.read_to_string(&mut line).unwrap(), 0);
    assert!(warden.wait().unwrap().success());
    assert_eq!(exit_report(&folder), ended(None, None, Some(ExceededLimit::Grader)));
}
