//! Tests of each fault, with a plain socket.

use std::{io, time::Duration};

use common::stopwatch::WallClock;
use mock_web::{
    Config, MockWeb, RateLimit,
    faults::{Fault, Faults, Seeded},
};
use serde_json::Value;

use crate::{
    raw_client::{Client, Response, get},
    start, swift,
};

const PATH: &str = "/api/v1/items/1";

fn start_with(fault: Fault) -> MockWeb {
    start(Config { faults: Faults::default().on(PATH, 1, fault), ..swift() })
}

/// Sends two requests on one connection; checks that the second answer is right.
fn ask_twice(fault: &Fault) -> Response {
    let web = start_with(fault.clone());
    let mut client = Client::connect(&web.url());
    let first = client.get(PATH);
    let second = client.get(PATH);
    assert_eq!((second.status, &second.json()["id"]), (200, &Value::from(1)));
    let journal = web.observed().journal;
    assert_eq!(journal[0].status, Some(first.status));
    assert_eq!(journal[0].fault.as_deref(), Some(fault.name()));
    assert_eq!(journal[1].fault, None);
    first
}

#[test]
fn errors_have_their_shapes() {
    let not_found = ask_twice(&Fault::NotFound);
    assert_eq!(not_found.status, 404);
    assert_eq!(not_found.json()["error"], "Not Found");

    let error = ask_twice(&Fault::InternalError);
    assert_eq!((error.status, &error.json()["status"]), (500, &Value::from(500)));

    let bad_gateway = ask_twice(&Fault::BadGateway);
    assert_eq!(bad_gateway.status, 502);
    assert_eq!(bad_gateway.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(bad_gateway.text().starts_with("<html>"));

    let wrong = ask_twice(&Fault::WrongJson);
    assert_eq!((wrong.status, wrong.json()["id"].is_string()), (200, true));

    let to = "http://127.0.0.1:1/elsewhere".to_owned();
    let redirect = ask_twice(&Fault::Redirect { to: to.clone() });
    assert_eq!((redirect.status, redirect.header("location")), (302, Some(to.as_str())));
    assert_eq!(redirect.content_length(), 0);
}

#[test]
fn retry_after_is_in_whole_seconds() {
    let check = |millis, expected| {
        let retry_after = Duration::from_millis(millis);
        let response = ask_twice(&Fault::TooManyRequests { retry_after });
        assert_eq!((response.status, response.header("retry-after")), (429, Some(expected)));
    };
    check(0, "0");
    check(1_000, "1");
    check(1_001, "2");
}

#[test]
fn a_reset_is_a_reset_and_no_end() {
    let web = start_with(Fault::Reset);
    let mut client = Client::connect(&web.url());
    client.send("GET", PATH);
    let error = client.receive_head().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(get(&web.url(), PATH).status, 200);
    let [first, second] = &web.observed().journal[..] else { panic!("two requests") };
    assert_eq!((first.status, first.fault.as_deref()), (None, Some("reset")));
    assert_eq!((second.status, &second.fault), (Some(200), &None));
}

#[test]
fn a_hang_up_is_an_end_without_an_answer() {
    let web = start(Config { faults: Faults::default().on(PATH, 2, Fault::HangUp), ..swift() });
    let mut client = Client::connect(&web.url());
    assert_eq!(client.get(PATH).status, 200);
    client.send("GET", PATH);
    assert_eq!(client.read_to_end().unwrap(), b"");
    let journal = web.observed().journal;
    assert_eq!((journal[1].status, journal[1].fault.as_deref()), (None, Some("hang-up")));
}

#[test]
fn a_cut_body_promises_more_than_comes() {
    let web = start_with(Fault::CutBody);
    let mut client = Client::connect(&web.url());
    client.send("GET", PATH);
    let head = client.receive_head().unwrap();
    let half = client.read_to_end().unwrap();
    let whole = get(&web.url(), PATH);
    assert_eq!((head.status, head.content_length()), (200, whole.body.len()));
    assert_eq!(half, whole.body[..whole.body.len() / 2]);
}

#[test]
fn a_slow_drip_is_right_and_takes_its_time() {
    let pause = Duration::from_millis(1);
    let web = start_with(Fault::SlowDrip { pause });
    let mut client = Client::connect(&web.url());
    let clock = WallClock::start();
    let dripped = client.get(PATH);
    let wall = clock.elapsed();
    assert_eq!(dripped.body, client.get(PATH).body);
    let pauses = u32::try_from(dripped.body.len() - 1).unwrap();
    assert!(wall >= pause * pauses, "{wall:?} for {pauses} pauses");
}

#[test]
fn a_stalled_answer_delays_no_other_answer() {
    let web = start_with(Fault::Stall);
    let mut stalled = Client::connect(&web.url());
    stalled.send("GET", PATH);
    let mut other = Client::connect(&web.url());
    while web.observed().requests == 0 {
        assert_eq!(other.get("/lab/observed").status, 200);
    }
    assert_eq!(other.get(PATH).status, 200);
    assert_eq!(web.observed().journal[0].status, None);
    assert_eq!(web.observed().in_flight_peak, 2, "the stalled one is still under way");
}

#[test]
fn a_client_that_leaves_ends_its_request() {
    let web = start_with(Fault::Stall);
    let mut stalled = Client::connect(&web.url());
    stalled.send("GET", PATH);
    while web.observed().requests == 0 {
        get(&web.url(), "/lab/observed");
    }
    drop(stalled);
    let is_over = || {
        web.reset_observations();
        web.observed().in_flight_peak == 0
    };
    while !is_over() {
        get(&web.url(), "/lab/observed");
    }
}

#[test]
fn a_huge_body_is_well_formed_and_as_long_as_asked_for() {
    for bytes in [0, 1_000, 64 << 10, 3_000_001] {
        let response = ask_twice(&Fault::HugeBody { bytes });
        let item = response.json();
        assert_eq!(item["id"], 1, "{bytes}");
        if bytes == 0 {
            assert_eq!(item["padding"], "");
        } else {
            assert_eq!(response.body.len() as u64, bytes);
        }
    }
}

#[test]
fn nesting_is_as_deep_as_asked_for() {
    let response = ask_twice(&Fault::DeepNesting { levels: 20_000 });
    let nests = r#"{"children":["#.repeat(20_000);
    let text = response.text();
    assert!(text.starts_with(&nests));
    assert!(text[nests.len()..].starts_with(r#"{"id":1,"#));
    assert!(text.ends_with(&"]}".repeat(20_000)));
    let refused = serde_json::from_str::<Value>(text).unwrap_err();
    assert!(refused.to_string().contains("recursion limit"), "{refused}");
}

#[test]
fn a_script_names_requests_by_their_path_and_number() {
    let faults = Faults::default()
        .always(PATH, Fault::InternalError)
        .on(PATH, 2, Fault::BadGateway)
        .on("/api/v1/items/2", 3, Fault::NotFound);
    let web = start(Config { faults, ..swift() });
    let mut client = Client::connect(&web.url());
    let mut statuses = |path| [(); 4].map(|()| client.get(path).status);
    assert_eq!(statuses(PATH), [500, 502, 500, 500]);
    assert_eq!(statuses("/api/v1/items/2"), [200, 200, 404, 200]);
    web.reset_observations();
    assert_eq!(statuses(PATH), [500, 502, 500, 500], "counted from 1 again");
}

#[test]
fn chance_is_the_same_for_the_same_seed() {
    let drawn = |seed| -> Vec<Option<Fault>> {
        let seeded = Some(Seeded { seed, per_mille: 200 });
        let mut faults = Faults::default();
        faults.seeded = seeded;
        (0..1_000).map(|id| faults.of(&format!("/api/v1/items/{id}"), 1)).collect()
    };
    assert_eq!(drawn(7), drawn(7));
    assert_ne!(drawn(7), drawn(8));
    let count = drawn(7).iter().flatten().count();
    assert!((150..250).contains(&count), "about 200 of 1000: {count}");
    for name in ["too-many-requests", "internal-error", "bad-gateway", "reset", "cut-body"] {
        assert!(drawn(7).iter().flatten().any(|fault| fault.name() == name), "{name}");
    }
}

#[test]
fn a_second_attempt_has_a_chance_of_its_own() {
    let mut faults = Faults::default();
    faults.seeded = Some(Seeded { seed: 1, per_mille: 500 });
    let attempts: Vec<bool> = (1..=100).map(|request| faults.of(PATH, request).is_some()).collect();
    assert!(attempts.contains(&true) && attempts.contains(&false));
}

#[test]
fn a_client_beyond_its_rate_is_refused_until_the_window_ends() {
    let rate_limit = RateLimit { requests: 3, window: Duration::from_hours(1) };
    let web = start(Config { rate_limit: Some(rate_limit), ..swift() });
    let mut client = Client::connect(&web.url());
    let statuses = [(); 3].map(|()| client.get(PATH).status);
    assert_eq!(statuses, [200; 3]);
    let refused = get(&web.url(), PATH);
    assert_eq!(refused.status, 429, "on another connection, too");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3_600).contains(&wait), "{wait}");
    assert_eq!(web.observed().journal[3].fault.as_deref(), Some("rate-limit"));
    assert_eq!(client.get("/lab/observed").status, 200, "the lab itself has no limit");
}
