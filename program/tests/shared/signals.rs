//! Signals to a program in the middle of its work.

use std::{
    os::unix::process::CommandExt,
    process::{Child, Command, Output, Stdio},
    thread,
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

/// Starts a program in a process group of its own, as shells do.
pub(crate) fn start(program: &mut Command) -> Child {
    program.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().unwrap()
}

/// Waits until the program has reached a point of its work.
pub(crate) fn wait_until(child: &mut Child, mut is_reached: impl FnMut(&Child) -> bool) {
    while !is_reached(child) {
        assert!(child.try_wait().unwrap().is_none(), "it ended before");
        thread::yield_now();
    }
}

/// Sends a signal to the process group, as terminals do, and waits for the end with its code.
pub(crate) fn end_by(signal: Signal, child: Child) -> Output {
    killpg(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(128 + signal as i32), "{output:?}");
    output
}
