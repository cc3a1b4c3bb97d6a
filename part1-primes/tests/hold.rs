//! Tests of the pause after the work, in which users look at the workers, and of signals that end it.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

#[path = "../../program/tests/shared/ignored_signals.rs"]
mod ignored_signals;

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
};

use nix::sys::signal::Signal;
use serde_json::Value;

use self::ignored_signals::{ignoring_sigint, send_all};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_part1-primes"));
    command.stdin(Stdio::null());
    command
}

/// Starts a run that holds its workers, and returns it with their PIDs and its stderr.
fn start_holding(mut program: Command) -> (Child, Vec<u32>, BufReader<impl Read>) {
    let mut child = program
        .args(["--from", "0", "--to", "1000"])
        .args(["--variant", "processes", "--workers", "3", "--hold", "600"])
        .args(["--variant", "parallel", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut pids = Vec::new();
    let mut line = String::new();
    while stderr.read_line(&mut line).unwrap() > 0 && !line.contains("ps aux") {
        if let Some((_, pid)) = line.split_once("PID ") {
            pids.push(pid.split(',').next().unwrap().parse().unwrap());
        }
        line.clear();
    }
    (child, pids, stderr)
}

/// Checks that `program` keeps its workers, that it ignores `signals` but for the last, and that this
/// one ends all, with a report.
fn check_holds_until(program: Command, signals: &[Signal]) {
    let (child, pids, mut stderr) = start_holding(program);
    assert_eq!(pids.len(), 3);
    for pid in &pids {
        if cfg!(target_os = "linux") {
            let command = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap();
            assert!(command.contains("part1-primes"), "ps aux | grep part1-primes shows {pid}");
        }
    }
    // The workers get them, too, and leave the end to their parent.
    send_all(signals, &child);
    // The workers share the pipe: its end is theirs.
    assert_eq!(stderr.read_to_string(&mut String::new()).unwrap(), 0);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(128 + signals[signals.len() - 1] as i32));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["runs"].as_array().unwrap().len(), 1, "no variant is begun after it");
    assert_eq!(report["runs"][0]["answer"]["count"], 168);
}

#[test]
fn hold_keeps_the_workers_and_a_signal_ends_them_all() {
    for signal in interrupt::ending_signals() {
        check_holds_until(program(), &[signal]);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_that_was_ignored_from_the_start_ends_nothing() {
    let program = ignoring_sigint(env!("CARGO_BIN_EXE_part1-primes"));
    check_holds_until(program, &[Signal::SIGINT, Signal::SIGTERM]);
}
