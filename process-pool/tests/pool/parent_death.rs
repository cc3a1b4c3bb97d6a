//! Tests that a worker that is stopped before its first task ends with its killed parent.
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
    thread,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, getpgid},
};

use crate::fixture::{fixture, in_time};

/// Starts a parent of one worker that is given no task; also returns the worker's PID.
fn start_idle_parent(worker: &[&str]) -> (Child, Pid) {
    let mut parent = fixture("idle-parent");
    let mut parent =
        parent.args(worker).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pid = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut pid).unwrap();
    (parent, Pid::from_raw(pid.trim().parse().unwrap()))
}

/// Waits until the process is stopped.
fn await_stop(pid: Pid) {
    while !fs::read_to_string(format!("/proc/{pid}/stat")).unwrap().contains(") T ") {
        thread::yield_now();
    }
}

/// Kills the parent, and waits until its worker has ended as well: they share stderr.
fn check_ends_with(mut parent: Child) {
    parent.kill().unwrap();
    let mut stderr = parent.stderr.take().unwrap();
    in_time(move || stderr.read_to_end(&mut Vec::new()).unwrap());
    parent.wait().unwrap();
}

#[test]
fn a_worker_that_is_stopped_before_its_first_task_ends_with_its_parent() {
    for _ in 0..20 {
        let (parent, worker) = start_idle_parent(&[]);
        kill(worker, Signal::SIGSTOP).unwrap();
        await_stop(worker);
        check_ends_with(parent);
    }
}

#[test]
fn a_worker_that_is_ready_and_stopped_ends_with_its_parent() {
    let (parent, worker) = start_idle_parent(&[]);
    let parents_group = Pid::from_raw(parent.id().cast_signed());
    while getpgid(Some(worker)) != Ok(parents_group) {
        thread::yield_now();
    }
    kill(worker, Signal::SIGSTOP).unwrap();
    check_ends_with(parent);
}

#[test]
fn a_worker_that_never_ran_its_own_code_ends_with_its_parent() {
    // `nohup` ignores the signal that ends it (SIGHUP), and this program would go on then. A worker that
    // runs its own code ends even so.
    let script = "kill -STOP $$; exec sleep 1000";
    let (parent, worker) = start_idle_parent(&["env", "--default-signal=HUP", "sh", "-c", script]);
    await_stop(worker);
    check_ends_with(parent);
}
