//! The check of a command line that a program refuses.

use std::process::Command;

/// Checks that these arguments end with code 2 and with one line that gives the reason.
pub(crate) fn check_refused(mut program: Command, arguments: &[&str], reason: &str) {
    let output = program.args(arguments).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert!(message.starts_with("error: "), "{arguments:?}: {message}");
    assert_eq!(message.lines().count(), 1, "{arguments:?}: {message}");
    assert!(message.contains(reason), "{arguments:?}: {message}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
}
