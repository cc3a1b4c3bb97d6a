//! Tests of stores that break during a run: the report still comes, and names what is not stored.

use std::{
    fs,
    num::NonZeroUsize,
    process::{Command, Output},
    time::Duration,
};

use mock_web::{Endpoint, MockWeb, faults::Faults};
use rusqlite::Connection;
use serde_json::Value;

use crate::{
    own_server::OwnServer,
    session::{Session, text, web},
    signals_to_programs::{start, wait_until},
};

/// Runs a variant, and does this while all businesses have been asked for, and none has come.
fn break_meanwhile(
    mut program: Command,
    yelp: &MockWeb,
    variant: &str,
    act: impl FnOnce(),
) -> Output {
    let all_and_more = NonZeroUsize::new(81).unwrap();
    yelp.set_gate(Endpoint::YelpV2Business, all_and_more, Duration::from_mins(4));
    program.args(["--variant", variant, "--timeout", "10m", "--format", "json"]);
    let mut child = start(&mut program);
    wait_until(&mut child, |_| yelp.gate(Endpoint::YelpV2Business).unwrap().peak >= 80);
    act();
    yelp.set_gate(Endpoint::YelpV2Business, NonZeroUsize::MIN, Duration::ZERO);
    child.wait_with_output().unwrap()
}

/// Code 3, a report on stdout, and on stderr this reason and the businesses that it has cost.
fn assert_reported(output: &Output, reason: &str) {
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let answer = &report["runs"][0]["answer"];
    assert_eq!(answer["stopped"]["reason"], "store-failed", "{answer}");
    let message = text(&output.stderr);
    assert!(message.contains(reason), "{message}");
    for city in answer["cities"].as_array().unwrap() {
        assert_eq!(city["found"], 20, "{city}");
        for failure in city["failed"].as_array().unwrap() {
            assert!(message.contains(failure["id"].as_str().unwrap()), "{failure}: {message}");
        }
    }
}

#[test]
fn a_file_that_is_removed_is_missed() {
    for variant in ["threads", "parallel"] {
        let session = Session::new();
        let yelp = web(Duration::ZERO, Faults::default());
        let remove = || fs::remove_dir_all(session.path("target")).unwrap();
        let output = break_meanwhile(session.client_of(&yelp), &yelp, variant, remove);
        assert_reported(&output, "the file was removed or replaced meanwhile");
        assert!(text(&output.stderr).contains("it was fetched, but not stored"), "{output:?}");
    }
}

#[test]
fn a_disk_that_takes_no_more_is_reported() {
    let session = Session::new();
    let yelp = web(Duration::ZERO, Faults::default());
    let mut program = Command::new("sh");
    // Files may not grow beyond 64 KiB; 80 documents take more.
    program.args(["-c", "ulimit -f 128; exec \"$@\"", "sh"]);
    let client = session.client_of(&yelp);
    program.arg(client.get_program()).args(client.get_args());
    program.current_dir(client.get_current_dir().unwrap()).env_clear();
    program.envs(client.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = break_meanwhile(program, &yelp, "threads", || {});
    assert_reported(&output, "cannot write to sqlite:target/lab/yelp.db");
}

#[test]
fn a_store_that_fails_between_variants_does_not_cost_the_report() {
    let session = Session::new();
    // Nobody can write to a view.
    let view = "CREATE VIEW business_sequential AS SELECT 1 AS id";
    Connection::open(session.path("yelp.db")).unwrap().execute_batch(view).unwrap();
    let variants = ["--variant", "threads", "--variant", "sequential", "--variant", "processes"];
    let mut program = session.program();
    program.args(variants).args(["--store", "sqlite:yelp.db", "--latency", "0ms"]);
    let output = program.args(["--format", "json"]).output().unwrap();
    assert_reported(&output, "cannot open sqlite:yelp.db: Cannot add a column to a view");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["runs"].as_array().unwrap().len(), 1);
    assert_eq!(report["runs"][0]["answer"]["documents"], 80);
}

#[test]
fn a_server_that_is_gone_for_good_is_reported() {
    let test = "a_server_that_is_gone_for_good_is_reported";
    for variant in ["threads", "parallel"] {
        let Some(mut server) = OwnServer::start(test) else { return };
        let session = Session::new();
        let yelp = web(Duration::ZERO, Faults::default());
        let mut program = session.client_of(&yelp);
        // Short, since nobody comes back; long enough for a busy machine at first contact.
        let uri = format!("{}/?serverSelectionTimeoutMS=5000", server.uri());
        program.env("MONGODB_URI", uri).args(["--store", "mongodb"]);
        let output = break_meanwhile(program, &yelp, variant, || server.kill());
        assert_reported(&output, "is mongod running?");
    }
}

#[test]
fn a_missing_server_ends_a_run_before_it_begins() {
    let session = Session::new();
    let yelp = web(Duration::ZERO, Faults::default());
    let nobody = session.path("nobody.sock").to_str().unwrap().replace('/', "%2F");
    let mut program = session.client_of(&yelp);
    program.env("MONGODB_URI", format!("mongodb://{nobody}")).args(["--store", "mongodb"]);
    let output = program.output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert_eq!((text(&output.stdout), yelp.observed().requests), ("", 0));
    // For how long it has looked, the driver says.
    assert!(!text(&output.stderr).contains("30s"), "{output:?}");
}
