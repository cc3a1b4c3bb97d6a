//! Tests of how many requests are in flight at once, and from which threads. A gate in the server
//! proves it, and the kernel names the threads.

use std::{num::NonZeroUsize, process, time::Duration};

use mock_web::{Endpoint, GateReport, MockWeb};
use part2_threads::{Answer, Variant};
use report::Run;

use crate::web;

const TIMEOUT: Duration = Duration::from_mins(1);

/// Long enough for a second request to turn up, if there is to be one.
const SHORT_TIMEOUT: Duration = Duration::from_millis(100);

/// Fetches the lab's 20 items at a gate for `needed` requests.
fn run_at_gate(variant: Variant, needed: usize, timeout: Duration) -> (GateReport, Run<Answer>) {
    let web = MockWeb::start(web::without_latency()).unwrap();
    web.set_gate(Endpoint::HackerNewsItems, NonZeroUsize::new(needed).unwrap(), timeout);
    let mut settings = web::settings(&web.url(), variant);
    settings.job.workers = NonZeroUsize::new(4).unwrap();
    let (report, items) = part2_threads::run(&settings).unwrap();
    let ids: Vec<u64> = items.iter().map(|item| item.id.0).collect();
    assert_eq!(ids, (1..=20).collect::<Vec<_>>(), "in the order of the ids");
    let [run] = report.runs.try_into().unwrap();
    (web.gate(Endpoint::HackerNewsItems).unwrap(), run)
}

/// The one process at the gate was this one, with all of these threads.
fn assert_names_attested(gate: &GateReport, mut names: impl Iterator<Item = String>) {
    if cfg!(target_os = "linux") {
        let [peer] = &gate.peers[..] else { panic!("{:?}", gate.peers) };
        assert_eq!(peer.pid, process::id());
        assert!(names.all(|name| peer.threads.contains(&name)), "{:?}", peer.threads);
    }
}

#[test]
fn sequential_has_one_request_under_way() {
    let (gate, run) = run_at_gate(Variant::Sequential, 2, SHORT_TIMEOUT);
    assert_eq!(gate.peak, 1);
    assert_eq!(run.timeline.lanes.len(), 1);
}

#[test]
fn concurrent_has_all_of_them_under_way_each_on_a_thread_named_after_its_item() {
    let (gate, run) = run_at_gate(Variant::Concurrent, 20, TIMEOUT);
    assert!(gate.was_opened);
    assert_eq!(gate.peak, 20);
    assert_names_attested(&gate, (1..=20).map(|id| format!("item-{id}")));
    for span in &run.timeline.spans {
        assert_eq!(run.timeline.lanes[span.lane].thread, span.label, "each does its own");
    }
}

#[test]
fn pooled_has_one_request_in_flight_for_each_worker() {
    let (gate, run) = run_at_gate(Variant::Pooled, 4, TIMEOUT);
    assert!(gate.was_opened);
    let (gate_for_one_more, _) = run_at_gate(Variant::Pooled, 5, SHORT_TIMEOUT);
    assert!(!gate_for_one_more.was_opened, "never more than asked for");
    assert_names_attested(&gate, (0..4).map(|index| format!("worker-{index}")));
    assert_eq!(run.timeline.lanes.len(), 4);
}
