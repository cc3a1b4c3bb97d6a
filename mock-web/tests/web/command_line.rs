//! Tests of the program's command line.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
};

use nix::sys::signal::Signal;

use crate::{
    ignored_signals::{ignoring_sigint, send_all},
    raw_client::get,
    refused::check_refused,
};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mock-web"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Checks that `program` says where it serves, that it ignores `signals` but for the last,
/// and that this one ends it.
fn check_serves_until(mut program: Command, signals: &[Signal]) {
    let mut child = program
        .args(["--latency", "0ms", "--faults-per-mille", "1000", "--seed", "3"])
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.next().unwrap().unwrap();
    let example = lines.next().unwrap().unwrap();
    assert!(example.ends_with(&format!("curl -i {url}/api/v1/items/1")), "{example}");
    assert_eq!(get(&url, "/").status, 200);
    send_all(signals, &child);
    let last = signals[signals.len() - 1];
    assert_eq!(child.wait().unwrap().code(), Some(128 + last as i32));
}

#[test]
fn it_prints_its_url_and_ends_with_a_signal() {
    for signal in interrupt::ending_signals() {
        check_serves_until(program(&[]), &[signal]);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_that_was_ignored_from_the_start_does_not_end_it() {
    let program = ignoring_sigint(env!("CARGO_BIN_EXE_mock-web"));
    check_serves_until(program, &[Signal::SIGINT, Signal::SIGTERM]);
}

#[test]
fn wrong_arguments_are_refused_on_one_line() {
    let check = |arguments: &[&str], reason| check_refused(program(&[]), arguments, reason);
    check(&["--latency", "fifty"], "write 50ms");
    check(&["--faults-per-mille", "1001"], "1000");
    check(&["--port", "65536"], "65535");
    check(&["--workers", "3"], "--workers");
}

#[test]
#[cfg(target_os = "linux")]
fn a_failed_print_is_an_error() {
    for arguments in [&["--help"][..], &["--version"], &[]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = program(arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {output:?}");
        assert!(output.stderr.starts_with(b"error: cannot "), "{output:?}");
    }
}

#[test]
fn the_error_of_a_port_in_use_has_advice() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = program(&["--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains(&port) && message.contains("choose another --port"), "{message}");
}
