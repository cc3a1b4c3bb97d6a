//! Tests of SIGINT and SIGTERM while cities wait for a worker process: the report has every city.

use std::{process::Child, time::Duration};

use mock_web::{
    MockWeb,
    faults::{Fault, Faults},
};
use nix::sys::signal::Signal;
use serde_json::Value;

use crate::{
    session::{Session, text, web},
    signals_to_programs::{end_by, start, wait_until},
};

/// Starts the program with these arguments, and waits until each of `workers` is at a search.
fn start_searches(session: &Session, yelp: &MockWeb, workers: u64, arguments: &[&str]) -> Child {
    let mut program = session.client_of(yelp);
    let mut child = start(program.args(["--workers", &workers.to_string()]).args(arguments));
    wait_until(&mut child, |_| yelp.observed().requests >= workers);
    child
}

/// Checks the report of a run that is interrupted during the searches of its first cities. The other
/// cities are in the queue of the pool, wait for a place in it, or are not handed to it yet.
fn check(variant: &str, workers: u64, cities: usize) {
    for signal in interrupt::ending_signals() {
        let yelp = web(Duration::ZERO, Faults::default().always("/v2/search", Fault::Stall));
        let session = Session::new();
        let names: Vec<String> = (0..cities).map(|number| format!("City {number}")).collect();
        let list = session.file("cities", names.join("\n").as_bytes());
        let cities_file = list.to_str().unwrap();
        let arguments = ["--variant", variant, "--cities", cities_file, "--format", "json"];
        let child = start_searches(&session, &yelp, workers, &arguments);
        let output = end_by(signal, child);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let reported = report["runs"][0]["answer"]["cities"].as_array().unwrap();
        assert_eq!(reported.len(), cities, "{variant}, {workers} workers");
        for (city, name) in reported.iter().zip(names) {
            assert_eq!(city["city"], name);
            assert_eq!(
                (&city["complete"], &city["failed"]),
                (&false.into(), &Value::Array(vec![]))
            );
            assert_eq!(city["found"], Value::Null, "nobody knows what there is");
        }
    }
}

#[test]
fn cities_that_were_never_begun_are_reported_as_unfinished() {
    for variant in ["processes", "parallel"] {
        check(variant, 1, 4);
        check(variant, 2, 40);
        check(variant, 2, 70);
    }
}

#[test]
fn a_city_that_was_under_way_is_reported_as_interrupted() {
    for variant in ["processes", "parallel"] {
        let yelp = web(Duration::ZERO, Faults::default().always("/v2/search", Fault::Stall));
        let session = Session::new();
        let child = start_searches(&session, &yelp, 4, &["--variant", variant]);
        let output = end_by(Signal::SIGTERM, child);
        let report = text(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
        let interrupted = "Boston: interrupted before its search ended";
        assert!(report.contains(interrupted), "{report}");
        assert!(!report.contains("found 0"), "{report}");
    }
}
