//! Runs an installed program, which is an independent reference.

use std::{
    env,
    io::{self, ErrorKind, Write},
    process::Command,
};

/// Returns the number that the program writes.
///
/// If the program is not installed, returns `None` and reports that the test is skipped. If the variable
/// `require` is set, that is a failure.
pub(crate) fn number(test: &str, program: &str, require: &str, arguments: &[&str]) -> Option<u64> {
    let output = match Command::new(program).args(arguments).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            assert!(env::var_os(require).is_none(), "{program} is not on PATH");
            let skipped = format!("SKIPPED: {test}, since {program} is not on PATH");
            writeln!(io::stderr(), "{skipped}").expect("standard error to be open");
            return None;
        }
        output => output.unwrap_or_else(|error| panic!("{program} does not start: {error}")),
    };
    let answer = String::from_utf8(output.stdout).expect("the program to write text");
    assert!(output.status.success(), "{program} {arguments:?}: {answer}");
    Some(answer.trim().parse().expect("the program to write a number"))
}
