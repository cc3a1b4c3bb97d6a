//! Tests of the local web as a process of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use mock_web::{
    faults::{Fault, Faults},
    local_process::{LocalWeb, LocalWebError, SUBCOMMAND},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{raw_client::get, swift};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mock-web");

fn start_by_hand() -> Child {
    let mut command = Command::new(PROGRAM);
    command.arg(SUBCOMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn it_serves_as_configured_and_ends_when_dropped() {
    let mut config = swift();
    config.faults = Faults::default().always("/api/v1/items/2", Fault::BadGateway);
    let web = LocalWeb::start(Path::new(PROGRAM), &config).unwrap();
    assert_eq!(get(web.url(), "/api/v1/items/1").status, 200);
    assert_eq!(get(web.url(), "/api/v1/items/2").status, 502);
    let pid = Pid::from_raw(web.pid().cast_signed());
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        kill(pid, signal).unwrap();
        let status = get(web.url(), "/api/v1/items/1").status;
        assert_eq!(status, 200, "{signal} is the parent's to handle");
    }
    kill(pid, None).unwrap();
    drop(web);
    kill(pid, None).unwrap_err();
}

#[test]
fn it_ends_with_the_pipe_of_its_parent() {
    let mut child = start_by_hand();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", serde_json::to_string(&swift()).unwrap()).unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let url = url.trim_end();
    assert_eq!(get(url, "/api/v1/items/1").status, 200);
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_invalid_configuration_is_refused() {
    let mut child = start_by_hand();
    writeln!(child.stdin.take().unwrap(), "50ms").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    let mut message = String::new();
    child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
    assert!(
        message.starts_with("error: the first line of stdin is not a configuration"),
        "{message}"
    );
}

#[test]
fn programs_that_do_not_serve_are_named() {
    let start = |program: &str| LocalWeb::start(Path::new(program), &swift()).unwrap_err();
    let error = start("/there/is/no/such/program");
    assert!(matches!(error, LocalWebError::CannotStart { .. }), "{error}");
    let error = start("true");
    assert!(matches!(error, LocalWebError::DoesNotServe { .. }), "{error}");
    let error = start("echo");
    assert!(error.to_string().contains("it wrote \"mock-web\" where"), "{error}");
}
