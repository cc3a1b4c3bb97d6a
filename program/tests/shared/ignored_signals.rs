//! Signals to a program that ignores some of them.

use std::process::{Child, Command, Stdio};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

/// A command that starts a program with SIGINT ignored, as shells start background jobs of scripts.
pub(crate) fn ignoring_sigint(program: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"trap "" INT; exec "$0" "$@""#, program]).stdin(Stdio::null());
    shell
}

/// Sends signals to the program's process group, as terminals do, and checks that it ignores all but
/// the last.
pub(crate) fn send_all(signals: &[Signal], child: &Child) {
    let group = Pid::from_raw(child.id().cast_signed());
    let (last, ignored) = signals.split_last().unwrap();
    for signal in ignored {
        killpg(group, *signal).unwrap();
        assert!(interrupt::is_ignored_by(child.id(), *signal), "{signal}");
    }
    killpg(group, *last).unwrap();
}
