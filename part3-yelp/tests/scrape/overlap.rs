//! Tests of how many requests are in flight at once, and from which threads. A gate in the server
//! proves it, and the kernel names the threads.

use std::{collections::BTreeSet, num::NonZeroUsize, process, time::Duration};

use mock_web::{Endpoint, GateReport};
use part3_yelp::{Threads, Variant};

use crate::fixture::{Fixture, run};

const TIMEOUT: Duration = Duration::from_mins(1);

/// Long enough for a second request to turn up, if there is to be one.
const SHORT_TIMEOUT: Duration = Duration::from_millis(100);

/// Scrapes the lab's cities at a gate before the businesses, for `needed` requests.
fn run_at_gate(variant: Variant, threads: Threads, needed: usize, timeout: Duration) -> GateReport {
    let fixture = Fixture::new();
    let needed = NonZeroUsize::new(needed).unwrap();
    fixture.web.set_gate(Endpoint::YelpV2Business, needed, timeout);
    let mut settings = fixture.settings(&[variant]);
    settings.job.threads = threads;
    assert_eq!(run(&settings).documents, 80);
    fixture.web.gate(Endpoint::YelpV2Business).unwrap()
}

fn pids(gate: &GateReport) -> BTreeSet<u32> {
    gate.peers.iter().map(|peer| peer.pid).collect()
}

#[test]
fn sequential_has_one_request_under_way() {
    let gate = run_at_gate(Variant::Sequential, Threads::OnePerBusiness, 2, SHORT_TIMEOUT);
    assert_eq!(gate.peak, 1);
}

#[test]
fn threads_have_all_80_under_way_in_one_process() {
    let gate = run_at_gate(Variant::Threads, Threads::OnePerBusiness, 80, TIMEOUT);
    assert!(gate.was_opened);
    if cfg!(target_os = "linux") {
        assert_eq!(pids(&gate), [process::id()].into());
        let names = &gate.peers[0].threads;
        for city in ["seattle", "austin", "chicago", "boston"] {
            let is_there = |number| names.contains(&format!("{city}-{number}"));
            assert!((1..=20).all(is_there), "{names:?}");
        }
    }
}

#[test]
fn processes_have_one_request_each_under_way() {
    let gate = run_at_gate(Variant::Processes, Threads::OnePerBusiness, 4, TIMEOUT);
    assert!(gate.was_opened);
    if cfg!(target_os = "linux") {
        assert_eq!(pids(&gate).len(), 4);
        assert!(!pids(&gate).contains(&process::id()));
    }
    let one_more = run_at_gate(Variant::Processes, Threads::OnePerBusiness, 5, SHORT_TIMEOUT);
    assert!(!one_more.was_opened);
}

#[test]
fn parallel_has_processes_times_threads_under_way() {
    let gate = run_at_gate(Variant::Parallel, Threads::OnePerBusiness, 80, TIMEOUT);
    assert!(gate.was_opened);
    assert_eq!(gate.peak, 80);
    if cfg!(target_os = "linux") {
        assert_eq!(pids(&gate).len(), 4);
        for peer in &gate.peers {
            let of_a_city = |name: &&String| name.ends_with("-20");
            let city = peer.threads.iter().find(of_a_city).unwrap().trim_end_matches("-20");
            let is_there = |number| peer.threads.contains(&format!("{city}-{number}"));
            assert!((1..=20).all(is_there), "{:?}", peer.threads);
        }
    }
}

#[test]
fn threads_are_bounded_by_request() {
    let three = Threads::AtMost(NonZeroUsize::new(3).unwrap());
    assert!(run_at_gate(Variant::Parallel, three, 12, TIMEOUT).was_opened);
    assert!(!run_at_gate(Variant::Parallel, three, 13, SHORT_TIMEOUT).was_opened);
}
