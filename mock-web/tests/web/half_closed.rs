//! Tests of clients that send no more and still wait for answers, as `nc -N` does.

use std::{num::NonZeroUsize, thread, time::Duration};

use mock_web::{
    Config, Endpoint,
    faults::{Fault, Faults},
};

use crate::{raw_client::Client, start, swift};

const ITEM: &str = "/api/v1/items/1";

/// Reads an answer, and the end of the connection after it.
fn check_last(client: &mut Client, status: u16) {
    assert_eq!(client.receive().status, status);
    assert!(client.read_to_end().unwrap().is_empty(), "the end");
}

#[test]
fn a_client_that_sends_no_more_gets_its_answer() {
    let web = start(Config { latency: Duration::from_millis(5), ..Config::default() });
    for (path, status) in
        [(ITEM, 200), ("/", 200), ("/lab/observed", 200), ("/v3/businesses/x", 401), ("/x", 404)]
    {
        let mut client = Client::connect(&web.url());
        client.send("GET", path);
        client.finish_sending();
        check_last(&mut client, status);
    }
}

#[test]
fn all_requests_that_were_sent_are_answered() {
    let web = start(swift());
    let mut client = Client::connect(&web.url());
    for _ in 0..3 {
        client.send("GET", ITEM);
    }
    client.finish_sending();
    for _ in 0..2 {
        assert_eq!(client.receive().status, 200);
    }
    check_last(&mut client, 200);
}

#[test]
fn an_answer_that_takes_its_time_is_sent_to_its_end() {
    let pause = Duration::from_micros(50);
    let faults = Faults::default().always(ITEM, Fault::SlowDrip { pause });
    let web = start(Config { faults, ..swift() });
    let mut client = Client::connect(&web.url());
    client.send("GET", ITEM);
    let head = client.receive_head().unwrap();
    client.finish_sending();
    assert_eq!(client.read_to_end().unwrap().len(), head.content_length());
}

#[test]
fn a_request_that_is_held_counts_and_is_answered() {
    let web = start(swift());
    let needed = NonZeroUsize::new(2).unwrap();
    web.set_gate(Endpoint::HackerNewsItems, needed, Duration::from_mins(1));
    let mut held = Client::connect(&web.url());
    held.send("GET", ITEM);
    held.finish_sending();
    while web.gate(Endpoint::HackerNewsItems).unwrap().peak == 0 {
        thread::yield_now();
    }
    assert_eq!(Client::connect(&web.url()).get(ITEM).status, 200);
    check_last(&mut held, 200);
    assert!(web.gate(Endpoint::HackerNewsItems).unwrap().was_opened);
}

#[test]
fn a_client_that_leaves_after_that_ends_its_request() {
    let web = start(Config { faults: Faults::default().always(ITEM, Fault::Stall), ..swift() });
    let mut client = Client::connect(&web.url());
    client.send("GET", ITEM);
    client.finish_sending();
    while web.observed().requests == 0 {
        thread::yield_now();
    }
    drop(client);
    let is_over = || {
        web.reset_observations();
        web.observed().in_flight_peak == 0
    };
    while !is_over() {
        thread::yield_now();
    }
}

#[test]
fn a_client_that_has_sent_half_a_request_is_let_go() {
    let web = start(swift());
    for beginning in ["", "GET /api", "GET /api/v1/items/1 HTTP/1.1\r\nhost: x\r\n"] {
        let mut client = Client::connect(&web.url());
        client.write(beginning);
        client.finish_sending();
        client.read_to_end().unwrap();
    }
    assert_eq!(web.observed().requests, 0);
}
