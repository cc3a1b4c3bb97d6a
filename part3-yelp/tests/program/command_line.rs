//! Tests of arguments, streams and exit codes.

use std::{collections::BTreeSet, net::TcpListener, process::Command, time::Duration};

use mock_web::faults::{Fault, Faults};
use serde_json::Value;

use crate::{
    refused::check_refused,
    session::{Session, web},
    shared::{self, check_page_and_trace, text},
    signals_to_programs::{end_by, start, wait_until},
};

#[test]
fn the_default_is_the_labs_job() {
    let session = Session::new();
    let output = session.run(&[]);
    let report = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(report.contains("80 documents in sqlite:target/lab/yelp.db"), "{report}");
    for expected in ["sequential", "threads", "processes", "parallel", "floor", "seattle-1"] {
        assert!(report.contains(expected), "{expected}: {report}");
    }
    assert!(report.contains("34.2 s") && report.contains("What it means: "), "{report}");
    assert!(report.lines().all(|line| line.chars().count() <= 80), "{report}");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn json_is_one_object_with_all_runs() {
    let session = Session::new();
    let output = session.run(&["--format", "json", "--latency", "20ms"]);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout).lines().count(), 1);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["schema"], &report["part"]), (&1.into(), &"part3-yelp".into()));
    assert_eq!(report["input"]["cities"][0], "Seattle");

    let runs = report["runs"].as_array().unwrap();
    let expected = [
        ("sequential", 1, 1680.0, 1),
        ("threads", 80, 40.0, 1),
        ("processes", 4, 420.0, 4),
        ("parallel", 80, 40.0, 4),
    ];
    assert_eq!(runs.len(), expected.len());
    for (run, (variant, workers, floor, processes)) in runs.iter().zip(expected) {
        assert_eq!((&run["variant"], &run["workers"]), (&variant.into(), &workers.into()));
        assert_eq!(run["floor_ms"], floor, "{variant}");
        assert!(run["wall_ms"].as_f64().unwrap() >= floor, "{variant}: nobody beats the floor");
        assert_eq!(run["answer"]["documents"], 80);
        let city = &run["answer"]["cities"][3];
        assert_eq!((&city["city"], &city["found"]), (&"Boston".into(), &20.into()));
        assert_eq!((&city["stored"], &city["skipped"]), (&20.into(), &0.into()));
        assert_eq!(city["failed"].as_array().unwrap().len(), 0);
        let lanes = run["lanes"].as_array().unwrap();
        let mut pids: Vec<_> = lanes.iter().map(|lane| lane["pid"].as_u64().unwrap()).collect();
        pids.sort_unstable();
        pids.dedup();
        assert_eq!(pids.len(), processes, "{variant}");
        // For each city a search and a store, for each business its request.
        assert_eq!(run["spans"].as_array().unwrap().len(), 4 * 22, "{variant}");
    }
}

/// The numbers of spans in each lane of threads that ask for businesses, where none of them overlap.
fn spans_of_business_threads(run: &Value) -> Vec<usize> {
    let mut lanes = Vec::new();
    let mut ids = BTreeSet::new();
    for (number, lane) in run["lanes"].as_array().unwrap().iter().enumerate() {
        assert!(
            ids.insert((lane["pid"].as_u64().unwrap(), lane["tid"].as_u64().unwrap())),
            "{run}"
        );
        let spans = run["spans"].as_array().unwrap().iter().filter(|span| span["lane"] == number);
        let mut times: Vec<_> = spans
            .map(|span| ["start_us", "end_us"].map(|key| span[key].as_u64().unwrap()))
            .collect();
        times.sort_unstable();
        assert!(times.windows(2).all(|pair| pair[0][1] <= pair[1][0]), "{lane}: {times:?}");
        if lane["thread"].as_str().unwrap().starts_with("city-") {
            lanes.push(times.len());
        }
    }
    lanes
}

#[test]
fn threads_of_the_same_name_have_a_lane_each() {
    let session = Session::new();
    let cities = session.file("cities", "東京\n大阪\n".as_bytes());
    let cities = cities.to_str().unwrap();
    let json = ["--format", "json", "--latency", "20ms", "--cities", cities, "--limit", "5"];
    // One worker process does the cities one after another, on other threads each.
    let variants = ["--variant", "threads", "--variant", "parallel", "--workers", "1"];
    for arguments in [&variants[..2], &variants[..]] {
        let output = session.run(&[&json[..], arguments].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        for run in report["runs"].as_array().unwrap() {
            assert_eq!(spans_of_business_threads(run), [1; 10], "{run}");
        }
    }
}

#[test]
fn failed_businesses_are_listed_with_code_1() {
    let session = Session::new();
    let cities = session.file("cities", "Seattle\r\nNowhereville\r\nseattle\r\n".as_bytes());
    let web = web(Duration::ZERO, Faults::default());
    let output = session
        .client_of(&web)
        .args(["--variant", "parallel", "--cities", cities.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let message = text(&output.stderr);
    assert!(
        message.contains("error: the businesses of Nowhereville not stored: http://127.0.0.1:"),
        "{message}"
    );
    assert!(message.contains("UNAVAILABLE_FOR_LOCATION"), "{message}");
    assert!(message.contains("listed twice, and scraped once: seattle"), "{message}");
    assert_eq!(session.count(), 20);
}

#[test]
fn a_host_that_does_not_answer_is_code_3() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = Session::new()
        .program()
        .envs(crate::session::demo_environment())
        .args(["--base-url", &format!("http://{closed}"), "--retries", "0", "--variant", "threads"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let message = text(&output.stderr);
    assert!(
        message.contains(&format!("no business from http://{closed} was stored: check")),
        "{message}"
    );
}

#[test]
fn a_store_that_cannot_be_used_is_code_3_in_one_line() {
    let session = Session::new();
    session.file("a-file", b"not a folder");
    let output = session.run(&["--store", "sqlite:a-file/yelp.db"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert_eq!(text(&output.stderr).lines().count(), 1, "{output:?}");
    assert!(text(&output.stderr).contains("--store sqlite:PATH"), "{output:?}");
    assert_eq!(text(&output.stdout), "");
}

#[test]
fn a_page_and_a_trace_hold_every_span_of_the_report() {
    let session = Session::new();
    let mut program = session.program();
    program.args(["--latency", "0ms"]);
    for name in ["run.html", "run.json"] {
        session.file(name, b"of yesterday");
    }
    check_page_and_trace(program, &session.path(""));
}

#[test]
fn wrong_use_is_explained_with_code_2() {
    let check_refused = |arguments: &[&str], reason| {
        check_refused(Session::new().program(), arguments, reason);
    };
    let same = ["--report", "run.html", "--trace", "./run.html"];
    check_refused(&same, "give each a file of its own");
    check_refused(&["--live", "--api", "v2"], "ended version 2");
    check_refused(&["--cities", "/nowhere"], "cannot use /nowhere as a list of cities");
    check_refused(&["--cities", "/dev/null"], "it has no city");
    check_refused(&["--limit", "0"], "from 1 to 240");
    check_refused(&["--limit", "241"], "from 1 to 240");
    check_refused(&["--workers", "0"], "at least 1 worker");
    check_refused(&["--store", "postgres"], "write sqlite, sqlite:PATH or mongodb");
    check_refused(&["--store", "mongodb://me:secret@host"], "put it into MONGODB_URI");
    check_refused(&["--rate", "0"], "--rate");
    check_refused(&["--latency", "10s"], "ask for a longer --timeout");
    check_refused(&["--base-url", "http://localhost", "--live"], "cannot be used with");
    check_refused(&["--base-url", "http://127.0.0.1:80800"], "from 1 to 65535");
    check_refused(&["--variant", "fast"], "possible values: sequential, threads, processes");
}

#[test]
fn credentials_in_an_address_are_not_repeated() {
    for arguments in [
        &["--base-url", "http://user:secret@localhost"][..],
        &["--base-url", "http://user:secret"],
        &["--base-url", "user:secret@localhost"],
        &["--base-url=http://user:sec ret@localhost"],
        &["--store", "mongo db://user:secret@localhost"],
        &["http://user:secret@localhost"],
        &["--base-url", "http://localhost", "http://user:secret@localhost"],
    ] {
        let output = Session::new().run(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        assert!(!message.contains("sec") && !message.contains("user:"), "{message}");
    }
}

#[test]
fn a_low_limit_on_open_files_costs_time_and_nothing_else() {
    let session = Session::new();
    let script = r#"ulimit -n 64 && exec "$0" "$@""#;
    for variant in ["threads", "parallel"] {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).arg(session.program().get_program());
        let output = shell
            .current_dir(session.file(variant, b"").parent().unwrap())
            .env_clear()
            .args(["--variant", variant, "--latency", "0ms", "--format", "json"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["runs"][0]["answer"]["documents"], 80, "{variant}");
        assert_eq!(report["runs"][0]["workers"], 32, "{variant}");
        assert!(text(&output.stderr).contains("ulimit -n 112"), "{output:?}");
        assert_eq!(text(&output.stderr).lines().count(), 1, "{output:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_failed_print_is_an_error() {
    let session = Session::new();
    session.file(".env", b"");
    let run = ["--variant", "sequential", "--limit", "1"];
    for arguments in [&["--help"][..], &["--version"], &["export", "--help"], &run, &["count"]] {
        shared::check_full_disk(session.program(), arguments);
    }
}

#[test]
fn a_rate_is_kept_to_by_all_processes_together() {
    let session = Session::new();
    let cities = session.file("cities", b"Seattle\nAustin\n");
    let web = web(Duration::ZERO, Faults::default());
    for variant in ["threads", "parallel"] {
        web.reset_observations();
        let output = session
            .client_of(&web)
            .args(["--variant", variant, "--cities", cities.to_str().unwrap()])
            .args(["--limit", "5", "--rate", "40", "--format", "json"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(web.observed().requests, 12);
        // Two requests may begin at once, one of each process; the ten others come every 25 ms.
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let wall_ms = report["runs"][0]["wall_ms"].as_f64().unwrap();
        assert!(wall_ms >= 10.0 * 25.0, "{variant}: {wall_ms}");
    }
}

#[test]
fn a_signal_keeps_what_is_stored_and_is_reported() {
    let web = web(Duration::ZERO, Faults::default().on("/v2/search", 4, Fault::Stall));
    for signal in interrupt::ending_signals() {
        for variant in ["sequential", "processes", "parallel"] {
            web.reset_observations();
            let session = Session::new();
            let arguments = ["--variant", variant, "--workers", "1", "--format", "json"];
            let mut child = start(session.client_of(&web).args(arguments));
            wait_until(&mut child, |_| web.observed().requests > 3 * 21);
            let output = end_by(signal, child);
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(report["runs"][0]["answer"]["documents"], 60, "{variant}");
            assert_eq!(session.count(), 60);
        }
    }
}
