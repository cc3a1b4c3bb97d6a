//! Tests of the observer.

use std::{num::NonZeroUsize, thread, time::Duration};

use mock_web::{Endpoint, Observed};

use crate::{raw_client::Client, start, swift};

const TIMEOUT: Duration = Duration::from_mins(1);

#[test]
fn requests_are_counted_and_remembered() {
    let web = start(swift());
    let (mut one, mut other) = (Client::connect(&web.url()), Client::connect(&web.url()));
    one.get("/api/v1/items/1");
    one.get("/api/v1/items/2?page=1");
    other.get("/api/v1/items/1");
    other.get("/elsewhere");

    let Observed { requests, connections, in_flight_peak, journal } = web.observed();
    assert_eq!((requests, connections, in_flight_peak), (4, 2, 1));
    let seen: Vec<_> = journal
        .iter()
        .map(|entry| (entry.number, entry.path.as_str(), entry.request_of_path, entry.status))
        .collect();
    assert_eq!(
        seen,
        [
            (1, "/api/v1/items/1", 1, Some(200)),
            (2, "/api/v1/items/2", 1, Some(200)),
            (3, "/api/v1/items/1", 2, Some(200)),
            (4, "/elsewhere", 1, Some(404)),
        ]
    );
    let ports: Vec<u16> = journal.iter().map(|entry| entry.peer_port).collect();
    assert_eq!(ports, [one.port(), one.port(), other.port(), other.port()]);
    assert_eq!(journal[0].connection, journal[1].connection);
    assert_ne!(journal[0].connection, journal[2].connection);
    assert!(journal.is_sorted_by_key(|entry| entry.at_us));
}

#[test]
fn the_peak_is_the_most_requests_in_flight() {
    let web = start(swift());
    web.set_gate(Endpoint::HackerNewsItems, NonZeroUsize::new(7).unwrap(), TIMEOUT);
    thread::scope(|scope| {
        for id in 1..=7 {
            let url = web.url();
            scope.spawn(move || Client::connect(&url).get(&format!("/api/v1/items/{id}")));
        }
    });
    assert_eq!(web.observed().in_flight_peak, 7);
    let mut client = Client::connect(&web.url());
    web.reset_observations();
    for id in 1..=20 {
        client.get(&format!("/api/v1/items/{id}"));
    }
    assert_eq!(web.observed().in_flight_peak, 1, "one after another");
}

#[test]
fn a_reset_forgets_all_but_the_requests_under_way() {
    let web = start(swift());
    let mut client = Client::connect(&web.url());
    client.get("/api/v1/items/1");
    web.reset_observations();
    assert_eq!(web.observed(), Observed::default());
    client.get("/api/v1/items/1");
    let observed = web.observed();
    assert_eq!((observed.requests, observed.connections), (1, 1));
    assert_eq!((observed.journal[0].number, observed.journal[0].request_of_path), (1, 1));
}

#[test]
fn the_journal_keeps_the_last_ten_thousand() {
    let web = start(swift());
    let mut client = Client::connect(&web.url());
    for _ in 0..10_005 {
        client.get("/elsewhere");
    }
    let observed = web.observed();
    assert_eq!((observed.requests, observed.journal.len()), (10_005, 10_000));
    assert_eq!(observed.journal[0].number, 6);
    assert_eq!(observed.journal[9_999].status, Some(404));
}
