//! Tests that a terminal shows text from outside, and never obeys it.

use std::{os::unix::process::CommandExt, process::Output, time::Duration};

use message::printable;
use mock_web::{
    MockWeb,
    faults::{Fault, Faults},
};
use serde_json::{Value, json};

use crate::session::{Session, text, web};

/// Clears the screen, sets the title, overwrites a line, forges an error, and reverses letters.
const HOSTILE: &str = "a\u{1b}[2J\u{1b}]0;title\u{7}\r\nerror: fake\u{202e}\u{9b}K\u{2028}b";

fn answering(path: &str, status: u16, body: &Value) -> Faults {
    Faults::default().always(path, Fault::Verbatim { status, body: body.to_string() })
}

fn run(session: &Session, web: &MockWeb, arguments: &[&str]) -> Output {
    session.client_of(web).args(["--retries", "0"]).args(arguments).output().unwrap()
}

/// Checks that a terminal shows all that was written, `a` and `b` around what was escaped.
fn check_is_shown(output: &Output) {
    for stream in [&output.stdout, &output.stderr] {
        let text = text(stream);
        assert_eq!(printable::lines(text), text, "{output:?}");
        assert!(!text.lines().any(|line| line.starts_with("error: fake")), "{text}");
    }
}

fn check_is_shown_escaped(output: &Output) {
    check_is_shown(output);
    let message = text(&output.stderr);
    assert!(message.contains(r"a\u{1b}[2J") && message.contains(r"\u{202e}"), "{message}");
}

#[test]
fn an_error_of_a_server_is_shown() {
    let v2 = json!({"error": {"id": HOSTILE, "text": HOSTILE}});
    let v3 = json!({"error": {"code": HOSTILE, "description": HOSTILE}});
    for (api, path, body) in [("v2", "/v2/search", &v2), ("v3", "/v3/businesses/search", &v3)] {
        for status in [400, 401, 429, 500] {
            let web = web(Duration::ZERO, answering(path, status, body));
            for variant in ["sequential", "parallel"] {
                let output = run(&Session::new(), &web, &["--api", api, "--variant", variant]);
                assert!(!output.status.success(), "{output:?}");
                check_is_shown(&output);
            }
        }
        let web = web(Duration::ZERO, answering(path, 400, body));
        check_is_shown_escaped(&run(&Session::new(), &web, &["--api", api]));
    }
}

#[test]
fn a_business_that_a_server_names_is_shown() {
    let search = json!({"total": 1, "businesses": [{"id": HOSTILE}]});
    let faults = answering("/v3/businesses/search", 200, &search);
    let web = web(Duration::ZERO, faults);
    let output = run(&Session::new(), &web, &["--api", "v3", "--variant", "threads"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    check_is_shown_escaped(&output);
}

#[test]
fn arguments_and_files_are_shown() {
    let session = Session::new();
    let cities = session.file("cities", "a\u{202e}b\na\u{202e}b\n".as_bytes());
    let output = session.run(&["--cities", cities.to_str().unwrap(), "--latency", "0ms"]);
    check_is_shown(&output);
    assert!(text(&output.stderr).contains(r"a\u{202e}b"), "{output:?}");

    let store = format!("sqlite:/dev/null/{HOSTILE}");
    for arguments in [
        &["--cities", HOSTILE][..],
        &["--store", HOSTILE],
        &["--store", &store],
        &["count", "--store", &store],
        &["show", HOSTILE],
        &["--variant", HOSTILE],
        &["--workers", HOSTILE],
        &["--report", &format!("/dev/null/{HOSTILE}")],
        &[HOSTILE],
    ] {
        let output = session.run(arguments);
        assert!(!output.status.success(), "{output:?}");
        check_is_shown(&output);
        assert_eq!(text(&output.stderr).lines().count(), 1, "{output:?}");
    }
}

#[test]
fn the_name_of_the_program_is_shown() {
    for argument in ["--help", "-h", "--version", "--no-such-option"] {
        let output = Session::new().program().arg0(HOSTILE).arg(argument).output().unwrap();
        check_is_shown(&output);
    }
    let help = Session::new().program().arg0(HOSTILE).arg("--help").output().unwrap();
    assert!(text(&help.stdout).contains(r"Usage: a\u{1b}[2J"), "{help:?}");
}

#[test]
fn an_export_has_the_same_values_in_a_form_that_is_shown() {
    let session = Session::new();
    let search = json!({"total": 1, "businesses": [{"id": "x"}]});
    let business = json!({"id": "x", "name": HOSTILE});
    let faults = answering("/v3/businesses/search", 200, &search)
        .always("/v3/businesses/x", Fault::Verbatim { status: 200, body: business.to_string() });
    let web = web(Duration::ZERO, faults);
    let output = run(&session, &web, &["--api", "v3", "--variant", "threads"]);
    assert!(output.status.success(), "{output:?}");
    for arguments in [&["export"][..], &["show", "x"]] {
        let output = session.run(arguments);
        check_is_shown(&output);
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(line["document"], business);
    }
}
