//! Tests of the program: arguments, streams, exit codes.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

#[path = "../../program/tests/shared/command_line.rs"]
mod command_line;
#[path = "../../program/tests/shared/ignored_signals.rs"]
mod ignored_signals;
#[path = "../../program/tests/shared/refused.rs"]
mod refused;
#[path = "../../program/tests/shared/signals.rs"]
mod signals;

use std::{
    io::{Read, Write},
    net::TcpListener,
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use mock_web::{
    Config, FullBacklog, MockWeb,
    faults::{Fault, Faults},
};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

use self::{
    command_line::{check_page_and_trace, text},
    ignored_signals::{ignoring_sigint, send_all},
    refused::check_refused,
};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_part2-threads"));
    command.stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

fn start(faults: Faults) -> MockWeb {
    MockWeb::start(Config { latency: Duration::ZERO, faults, ..Config::default() }).unwrap()
}

#[test]
fn the_default_is_the_labs_job() {
    let output = run(&[]);
    let report = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(report.contains("20 items (3 variants)"), "{report}");
    for expected in ["sequential began item 1 2 3", "concurrent ended item", "item-20", "floor"] {
        assert!(report.contains(expected), "{expected}: {report}");
    }
    assert!(report.contains("0.275 s") && report.contains("What it means: "), "{report}");
    assert!(report.lines().all(|line| line.chars().count() <= 80), "{report}");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn json_is_one_object_with_all_runs() {
    let output = run(&["--format", "json", "--latency", "20ms", "--workers", "4"]);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout).lines().count(), 1);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();

    assert_eq!(report["schema"], 1);
    assert_eq!(report["part"], "part2-threads");
    assert_eq!(report["input"]["ids"].as_array().unwrap().len(), 20);
    let runs = report["runs"].as_array().unwrap();
    let expected = [("sequential", 1, 400.0), ("concurrent", 20, 20.0), ("pooled", 4, 100.0)];
    assert_eq!(runs.len(), expected.len());
    for (run, (variant, workers, floor)) in runs.iter().zip(expected) {
        assert_eq!(run["variant"], variant);
        assert_eq!(run["workers"], workers);
        assert_eq!(run["floor_ms"], floor, "{variant}");
        assert!(run["wall_ms"].as_f64().unwrap() >= floor, "{variant}: nobody beats the floor");
        assert_eq!(
            run["answer"],
            json!({"items": 20, "missing": [], "failed": [], "unfinished": []})
        );
        assert_eq!(run["lanes"].as_array().unwrap().len(), workers);
        assert_eq!(run["spans"].as_array().unwrap().len(), 20);
    }
}

#[test]
fn show_prints_the_items() {
    let output = run(&["--ids", "1,15", "--latency", "0ms", "--variant", "pooled", "--show"]);
    let report = text(&output.stdout);
    let line = report.lines().find(|line| line.contains("Y Combinator")).unwrap();
    let cells: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(cells, ["1", "story", "pg", "57", "Y", "Combinator"]);
    assert!(report.contains("sama"), "{report}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_failed_print_is_an_error() {
    for arguments in [&["--help"][..], &["--version"], &["--latency", "0ms", "--variant", "pooled"]]
    {
        command_line::check_full_disk(program(), arguments);
    }
}

fn run_json(web: &MockWeb, arguments: &[&str]) -> Output {
    let url = web.url();
    let common = ["--base-url", &url, "--format", "json", "--variant", "concurrent"];
    program().args(common).args(arguments).output().unwrap()
}

#[test]
fn missing_items_are_listed_with_code_0_and_failed_ones_with_code_1() {
    let web = start(Faults::default().always("/api/v1/items/7", Fault::NotFound));
    let output = run_json(&web, &[]);
    assert!(output.status.success());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["runs"][0]["answer"]["missing"], json!([7]));
    assert_eq!(report["runs"][0]["floor_ms"], Value::Null, "of a host that we do not know");

    let web = start(Faults::default().always("/api/v1/items/7", Fault::InternalError));
    let output = run_json(&web, &["--retries", "1"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["runs"][0]["answer"]["items"], 19);
    assert_eq!(report["runs"][0]["answer"]["failed"][0]["id"], 7);
    assert_eq!(report["runs"][0]["answer"]["failed"][0]["attempts"], 2);
    let url = format!("{}/api/v1/items/7", web.url());
    let message = text(&output.stderr);
    assert!(message.contains(&url) && message.contains("500"), "{message}");
}

#[test]
fn a_host_that_does_not_answer_is_code_3() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{closed}");
    let output = run(&["--base-url", &url, "--retries", "0", "--ids", "1..=3"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(text(&output.stderr).contains(&format!("no answer at all from {url}: check")));
    assert!(text(&output.stdout).contains("nothing, since no answer came"));
}

#[test]
fn a_host_that_cannot_be_found_is_code_3_at_once() {
    // Too long for any name, so that nobody is asked for it.
    let nowhere = format!("http://{}", "x".repeat(300));
    let output = run(&["--base-url", &nowhere]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert_eq!(text(&output.stderr).lines().count(), 1, "{output:?}");
    assert_eq!(text(&output.stdout), "");
}

#[test]
fn a_page_and_a_trace_hold_every_span_of_the_report() {
    let mut program = program();
    program.args(["--latency", "0ms"]);
    check_page_and_trace(program, tempfile::tempdir().unwrap().path());
}

#[test]
fn wrong_use_is_explained_with_code_2() {
    let check_refused = |arguments: &[&str], reason| check_refused(program(), arguments, reason);
    let same = ["--report", "run.html", "--trace", "./run.html"];
    check_refused(&same, "give each a file of its own");
    check_refused(&["--ids", "1.."], "both ends");
    check_refused(&["--ids", "5..=1"], "no ids");
    check_refused(&["--workers", "0"], "at least 1 worker");
    check_refused(&["--latency", "soon"], "--latency");
    check_refused(&["--timeout", "0s"], "must be positive");
    check_refused(&["--latency", "10s"], "ask for a longer --timeout");
    check_refused(&["--base-url", "http://localhost", "--latency", "5ms"], "cannot be used with");
    check_refused(&["--base-url", "localhost"], "http://");
    check_refused(&["--base-url", "http://"], "its host");
    check_refused(&["--base-url", "http://127.0.0.1:80800"], "from 1 to 65535");
    check_refused(&["--base-url", "http://user:secret@127.0.0.1"], "leave out the user name");
    check_refused(&["--base-url", "http://localhost", "--live"], "cannot be used with");
    check_refused(&["--variant", "fast"], "possible values: sequential, concurrent, pooled");
}

/// Checks that `program` ignores `signals` but for the last, and that this one ends it in the middle of
/// its work, with a report.
fn check_reports_until(mut program: Command, signals: &[Signal]) {
    let web = start(Faults::default().always("/api/v1/items/3", Fault::Stall));
    let mut child = signals::start(program.args(["--base-url", &web.url(), "--format", "json"]));
    signals::wait_until(&mut child, |_| web.observed().requests >= 3);
    send_all(signals, &child);
    let output = child.wait_with_output().unwrap();
    let last = signals[signals.len() - 1];
    assert_eq!(output.status.code(), Some(128 + last as i32), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["runs"].as_array().unwrap().len(), 1, "no variant is begun after it");
    assert_eq!(report["runs"][0]["answer"]["items"], 2);
    assert_eq!(report["runs"][0]["answer"]["unfinished"].as_array().unwrap().len(), 18);
}

#[test]
fn a_signal_ends_the_run_with_a_report_of_the_fetched_items() {
    for signal in interrupt::ending_signals() {
        check_reports_until(program(), &[signal]);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_that_was_ignored_from_the_start_does_not_end_the_run() {
    let program = ignoring_sigint(env!("CARGO_BIN_EXE_part2-threads"));
    check_reports_until(program, &[Signal::SIGINT, Signal::SIGTERM]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_ends_the_wait_for_a_host_that_takes_no_connection() {
    for variant in ["sequential", "concurrent", "pooled"] {
        for signal in interrupt::ending_signals() {
            let host = FullBacklog::start().unwrap();
            let url = format!("http://{}", host.host());
            let arguments = ["--base-url", &url, "--variant", variant, "--format", "json"];
            let mut child = signals::start(program().args(arguments));
            signals::wait_until(&mut child, |_| host.is_being_asked());
            let output = signals::end_by(signal, child);
            let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
            let unfinished = &report["runs"][0]["answer"]["unfinished"];
            assert_eq!(unfinished.as_array().unwrap().len(), 20, "{variant}");
        }
    }
}

#[test]
fn under_a_low_limit_on_open_files_fewer_requests_are_made_at_once() {
    for (limit, at_once) in [(20, 1), (34, 2), (40, 8), (48, 16)] {
        let web = start(Faults::default());
        let mut shell = Command::new("sh");
        let program = env!("CARGO_BIN_EXE_part2-threads");
        let script = format!(r#"ulimit -n {limit}; exec "$0" "$@""#);
        shell.args(["-c", &script, program]).stdin(Stdio::null());
        let output = shell.args(["--base-url", &web.url(), "--format", "json"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let advice = text(&output.stderr);
        assert!(advice.contains(&format!("there will be at most {at_once}. ")), "{advice}");
        assert!(advice.ends_with("raise it: ulimit -n 52\n"), "{advice}");
        assert_eq!(advice.lines().count(), 1, "{advice}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        for run in report["runs"].as_array().unwrap() {
            assert_eq!(run["answer"]["items"], 20, "{limit}: {}", run["answer"]);
            assert!(run["workers"].as_u64().unwrap() <= at_once, "{limit}: {}", run["variant"]);
        }
        let peak = web.observed().in_flight_peak as u64;
        assert!(peak <= at_once, "{limit}: {peak} requests at once");
    }
}

/// Asks the real host, but through a proxy alone: no byte of this leaves the machine.
fn run_live(variable: &str, proxy: &str) -> Output {
    let mut program = program();
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] {
        program.env_remove(name);
    }
    let arguments = ["--live", "--ids", "1", "--variant", "sequential", "--retries", "0"];
    program.args(arguments).env(variable, proxy).output().unwrap()
}

#[test]
fn a_proxy_that_the_environment_asks_for_is_used() {
    let check = |variable: &str, scheme: &str, greeting: &[u8], question: &[u8]| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = format!("{scheme}://user:secret@{}", listener.local_addr().unwrap());
        let (question, greeting) = (question.to_vec(), greeting.to_vec());
        let serving = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(&greeting).unwrap();
            let mut asked = Vec::new();
            while !asked.windows(question.len()).any(|window| window == question) {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                asked.extend(byte);
            }
        });
        let output = run_live(variable, &proxy);
        serving.join().unwrap();
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(!format!("{output:?}").contains("secret"), "{output:?}");
    };
    // Version 5, signed in without a name; then the host is asked for by its name.
    check("ALL_PROXY", "socks5h", b"\x05\x00", b"\x0ehn.algolia.com\x01\xbb");
    check("all_proxy", "socks4a", b"", b"hn.algolia.com\x00");
    check("https_proxy", "http", b"", b"CONNECT hn.algolia.com:443 HTTP/1.1\r\n");
}

#[test]
fn a_proxy_that_cannot_be_used_is_refused_by_name() {
    for proxy in ["socks6://user:secret@127.0.0.1:1", "http://user:secret@127.0.0.1:70000"] {
        let output = run_live("ALL_PROXY", proxy);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        let error = text(&output.stderr);
        assert!(error.starts_with("error: cannot use the proxy in ALL_PROXY: "), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
