//! Tests of the watch that decides whether a process can still do anything.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::process::{Child, Command, Stdio};

use lab::{
    piece_gate::{Stillness, Watch},
    processes,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// A process that is ended with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(script: &str) -> (Ended, Watch) {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::null());
    let shell = shell.spawn().unwrap();
    let watch = Watch::default();
    watch.set_candidate(shell.id());
    (Ended(shell), watch)
}

#[test]
fn a_process_that_waits_is_still_in_the_end() {
    let (_shell, watch) = start("read -r line");
    while watch.look() != Stillness::Still {}
}

#[test]
fn a_process_that_runs_is_never_still() {
    let (_shell, watch) = start("while :; do :; done");
    for _ in 0..50 {
        assert_eq!(watch.look(), Stillness::Moving);
    }
}

#[test]
fn a_parent_that_waits_for_a_child_that_runs_is_not_still() {
    let (mut shell, watch) = start("while :; do :; done & echo $! >&2; wait");
    // Not before the child is there.
    while processes::descendants(shell.0.id()).is_empty() {}
    for _ in 0..50 {
        assert_eq!(watch.look(), Stillness::Moving);
    }
    for child in processes::descendants(shell.0.id()) {
        let pid = Pid::from_raw(child.pid.cast_signed());
        kill(pid, Signal::SIGKILL).unwrap();
    }
    shell.0.wait().unwrap();
}

#[test]
fn nothing_is_known_of_a_candidate_that_has_not_come() {
    assert_eq!(Watch::default().look(), Stillness::Unknown);
}
