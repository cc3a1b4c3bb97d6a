//! Tests of gates: enough requests open them, and their processes and threads are reported.

use std::{num::NonZeroUsize, process, thread, time::Duration};

use mock_web::{Config, Endpoint::HackerNewsItems, GateReport, MockWeb, faults::Fault};

use crate::{raw_client::Client, start, swift};

const TIMEOUT: Duration = Duration::from_mins(1);
const NO_TIMEOUT: Duration = Duration::from_millis(1);

fn set_gate(web: &MockWeb, needed: usize, timeout: Duration) {
    web.set_gate(HackerNewsItems, NonZeroUsize::new(needed).unwrap(), timeout);
}

fn report(web: &MockWeb) -> GateReport {
    web.gate(HackerNewsItems).unwrap()
}

/// Requests items 1 to `count`, each on a thread that is named after it.
fn ask_at_once(web: &MockWeb, count: u32) {
    thread::scope(|scope| {
        for id in 1..=count {
            let ask = move || Client::connect(&web.url()).get(&format!("/api/v1/items/{id}"));
            thread::Builder::new().name(format!("item-{id}")).spawn_scoped(scope, ask).unwrap();
        }
    });
}

#[test]
fn a_crowd_opens_the_gate_and_is_known_by_name() {
    let web = start(Config::default());
    set_gate(&web, 20, TIMEOUT);
    ask_at_once(&web, 20);
    let GateReport { needed, peak, was_opened, peers } = report(&web);
    assert_eq!((needed.get(), peak, was_opened), (20, 20, true));
    if cfg!(target_os = "linux") {
        let [peer] = &peers[..] else { panic!("one process: {peers:?}") };
        assert_eq!(peer.pid, process::id());
        for id in 1..=20 {
            let name = format!("item-{id}");
            assert!(peer.threads.contains(&name), "{name} in {:?}", peer.threads);
        }
    }
}

#[test]
fn one_after_another_never_opens_it() {
    let web = start(swift());
    set_gate(&web, 2, NO_TIMEOUT);
    let mut client = Client::connect(&web.url());
    for id in 1..=20 {
        assert_eq!(client.get(&format!("/api/v1/items/{id}")).status, 200);
    }
    let report = report(&web);
    assert_eq!((report.peak, report.was_opened), (1, false));
    assert!(report.peers.is_empty());
}

#[test]
fn a_crowd_of_one_is_the_caller_itself() {
    let web = start(swift());
    set_gate(&web, 1, TIMEOUT);
    Client::connect(&web.url()).get("/api/v1/items/1");
    let report = report(&web);
    assert!(report.was_opened);
    if cfg!(target_os = "linux") {
        assert_eq!(report.peers.len(), 1);
    }
}

#[test]
fn no_gate_is_no_report() {
    let web = start(swift());
    assert_eq!(web.gate(HackerNewsItems), None);
}

#[test]
fn a_new_gate_releases_requests_of_the_former_one() {
    let web = start(swift());
    set_gate(&web, 2, Duration::MAX);
    thread::scope(|scope| {
        let held = scope.spawn(|| Client::connect(&web.url()).get("/api/v1/items/1").status);
        while report(&web).peak == 0 {
            thread::yield_now();
        }
        set_gate(&web, 2, TIMEOUT);
        assert_eq!(held.join().unwrap(), 200);
    });
    assert_eq!(report(&web).peak, 0);
    ask_at_once(&web, 2);
    assert!(report(&web).was_opened);
}

#[test]
fn a_client_that_leaves_is_not_counted_any_more() {
    let web = start(swift());
    set_gate(&web, 2, TIMEOUT);
    let mut leaving = Client::connect(&web.url());
    leaving.send("GET", "/api/v1/items/1");
    while report(&web).peak == 0 {
        thread::yield_now();
    }
    drop(leaving);
    let is_over = || {
        web.reset_observations();
        web.observed().in_flight_peak == 0
    };
    while !is_over() {
        thread::yield_now();
    }
    ask_at_once(&web, 2);
    assert_eq!(report(&web).peak, 2);
}

#[test]
fn requests_that_go_wrong_count_as_well() {
    let mut config = swift();
    config.faults = config.faults.always("/api/v1/items/2", Fault::InternalError);
    let web = start(config);
    set_gate(&web, 3, TIMEOUT);
    ask_at_once(&web, 3);
    assert!(report(&web).was_opened);
}
