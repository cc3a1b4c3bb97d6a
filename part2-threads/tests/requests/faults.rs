//! Tests of each failure of a host: the run survives it or reports it, and loses nothing.

use std::time::Duration;

use http_client::retry::Retry;
use mock_web::{
    Config, MockWeb,
    faults::{Fault, Faults, Seeded},
};
use part2_threads::{Answer, Failure, ItemId, Settings, Variant, ids};

use crate::web;

const ITEM_7: &str = "/api/v1/items/7";

/// Short enough for a test, for requests that are never answered anyway.
const SHORT_RETRY: Retry = Retry { retries: 1, deadline: Duration::from_millis(400) };

fn start(faults: Faults) -> MockWeb {
    MockWeb::start(Config { faults, ..web::without_latency() }).unwrap()
}

fn answer(settings: &Settings) -> Answer {
    let (report, items) = part2_threads::run(settings).unwrap();
    let [run] = report.runs.try_into().unwrap();
    assert_eq!(items.len(), run.answer.items);
    run.answer
}

/// How often item 7 was asked for.
fn requests_of_item_7(web: &MockWeb) -> usize {
    web.observed().journal.iter().filter(|entry| entry.path == ITEM_7).count()
}

#[test]
fn every_variant_survives_transient_errors() {
    for fault in
        [Fault::InternalError, Fault::BadGateway, Fault::Reset, Fault::HangUp, Fault::CutBody]
    {
        for variant in Variant::ALL {
            let web = start(Faults::default().on(ITEM_7, 1, fault.clone()));
            let answer = answer(&web::settings(&web.url(), variant));
            assert_eq!(answer, Answer { items: 20, ..Answer::default() }, "{fault:?} {variant:?}");
            assert_eq!(requests_of_item_7(&web), 2, "{fault:?} {variant:?}");
        }
    }
}

#[test]
fn faults_by_chance_lose_nothing() {
    let seeded = Some(Seeded { seed: 7, per_mille: 200 });
    let mut faults = Faults::default();
    faults.seeded = seeded;
    let web = start(faults);
    let mut settings = web::settings(&web.url(), Variant::Pooled);
    settings.job.ids = ids::parse("1..=60").unwrap();
    settings.retry.retries = 20;
    let answer = answer(&settings);
    assert_eq!(answer.items + answer.missing.len(), 60, "{answer:?}");
    assert!(web.observed().requests > 60, "some of them twice");
}

#[test]
fn a_missing_item_is_an_answer() {
    let web = start(Faults::default().always(ITEM_7, Fault::NotFound));
    for variant in Variant::ALL {
        let answer = answer(&web::settings(&web.url(), variant));
        assert_eq!(answer.missing, [ItemId(7)], "{variant:?}");
        assert_eq!((answer.items, answer.failed.len()), (19, 0), "{variant:?}");
    }
    assert_eq!(requests_of_item_7(&web), 3, "once by each variant");
}

#[test]
fn retries_wait_as_long_as_the_server_asks() {
    let wait = Duration::from_secs(1);
    let busy = Fault::TooManyRequests { retry_after: wait };
    let web = start(Faults::default().on(ITEM_7, 1, busy));
    let answer = answer(&web::settings(&web.url(), Variant::Concurrent));
    assert_eq!(answer.items, 20);
    let journal = web.observed().journal;
    let times: Vec<u64> =
        journal.iter().filter(|entry| entry.path == ITEM_7).map(|entry| entry.at_us).collect();
    let [first, second] = times[..] else { panic!("{times:?}") };
    assert!(Duration::from_micros(second - first) >= wait, "{times:?}");
}

/// Item 7 fails with this fault each time; returns its failure, the only one.
fn failure(fault: Fault, retry: Retry) -> (Failure, MockWeb) {
    let web = start(Faults::default().always(ITEM_7, fault));
    let mut settings = web::settings(&web.url(), Variant::Pooled);
    assert_eq!(settings.job.ids.len(), 20);
    if retry == SHORT_RETRY {
        settings.job.ids = vec![ItemId(7)]; // the others need more time than that
    }
    settings.retry = retry;
    let Answer { items, failed, .. } = answer(&settings);
    assert_eq!(items, settings.job.ids.len() - 1, "one bad item does not lose the others");
    let [failure] = failed.try_into().unwrap();
    assert_eq!(failure.id, ItemId(7));
    assert_eq!(failure.url, format!("{}{ITEM_7}", web.url()));
    (failure, web)
}

const LONG_RETRY: Retry = Retry { retries: 2, deadline: Duration::from_mins(3) };

#[test]
fn lasting_errors_are_reported_after_all_attempts() {
    for (fault, cause, requests) in [
        (Fault::InternalError, "the server answered 500", 3..=3),
        (Fault::BadGateway, "the server answered 502", 3..=3),
        // Made anew, within an attempt, if a kept connection broke before the answer.
        (Fault::Reset, "reset", 3..=6),
        (Fault::CutBody, "", 3..=3),
    ] {
        let (failure, web) = failure(fault.clone(), LONG_RETRY);
        assert!(failure.cause.contains(cause), "{failure:?}");
        assert_eq!(failure.attempts, 3, "{failure:?}");
        assert!(requests.contains(&requests_of_item_7(&web)), "{fault:?}");
    }
}

#[test]
fn silence_and_endless_drips_come_to_an_end() {
    for fault in [Fault::Stall, Fault::SlowDrip { pause: Duration::from_secs(1) }] {
        let (failure, _web) = failure(fault, SHORT_RETRY);
        assert!(failure.cause.contains("timeout"), "{failure:?}");
    }
}

#[test]
fn a_pause_beyond_the_deadline_ends_the_attempts() {
    let busy = Fault::TooManyRequests { retry_after: Duration::from_hours(1) };
    let (failure, _web) = failure(busy, LONG_RETRY);
    assert_eq!(failure.attempts, 1);
    assert!(failure.cause.contains("429"), "{failure:?}");
    assert!(failure.cause.contains("another attempt would begin after 180s"), "{failure:?}");
}

#[test]
fn nonsense_is_not_asked_for_again() {
    for (fault, cause) in [
        (Fault::WrongJson, "the answer is not an item"),
        (Fault::DeepNesting { levels: 100_000 }, "the answer is not an item"),
        (Fault::HugeBody { bytes: 100 << 20 }, "limit"),
        (Fault::Redirect { to: "/api/v1/items/8".to_owned() }, "the answer is item 8"),
        (Fault::Redirect { to: ITEM_7.to_owned() }, "redirect"),
    ] {
        let (failure, _web) = failure(fault, LONG_RETRY);
        assert!(failure.cause.contains(cause), "{failure:?}");
        assert_eq!(failure.attempts, 1, "{failure:?}");
    }
}

#[test]
fn connections_that_the_host_closes_cost_no_attempt() {
    let hang_up = |faults: Faults, id| faults.on(&format!("/api/v1/items/{id}"), 1, Fault::HangUp);
    let web = start((2..=20).fold(Faults::default(), hang_up));
    let mut settings = web::settings(&web.url(), Variant::Sequential);
    settings.retry.retries = 0;
    assert_eq!(answer(&settings), Answer { items: 20, ..Answer::default() });
    assert_eq!(web.observed().requests, 39, "all but the first one had a connection to lose");
}

#[test]
fn an_attempt_has_its_time_for_all_redirects_together() {
    let redirect = |faults: Faults, id: u64| {
        let to = format!("/api/v1/items/{}", id + 1);
        faults.always(&format!("/api/v1/items/{id}"), Fault::Redirect { to })
    };
    let faults = (1..=5).fold(Faults::default(), redirect);
    let latency = Duration::from_millis(200);
    let web = MockWeb::start(Config { faults, latency, ..Config::default() }).unwrap();
    let mut settings = web::settings(&web.url(), Variant::Sequential);
    settings.job.ids = vec![ItemId(1)];
    // Enough for each of the six requests, and not for all of them.
    settings.retry = Retry { retries: 0, deadline: 5 * latency };
    let [failure] = answer(&settings).failed.try_into().unwrap();
    assert!(failure.cause.contains("timeout"), "{failure:?}");
}

#[test]
fn redirects_to_another_host_are_followed() {
    let there = start(Faults::default());
    let to = format!("{}{ITEM_7}", there.url());
    let here = start(Faults::default().always(ITEM_7, Fault::Redirect { to }));
    assert_eq!(answer(&web::settings(&here.url(), Variant::Sequential)).items, 20);
    assert_eq!((requests_of_item_7(&here), requests_of_item_7(&there)), (1, 1));
}

#[test]
fn connections_are_kept_and_used_again() {
    let web = start(Faults::default());
    for (variant, connections) in [(Variant::Sequential, 1..=1), (Variant::Pooled, 1..=5)] {
        web.reset_observations();
        assert_eq!(answer(&web::settings(&web.url(), variant)).items, 20);
        assert!(connections.contains(&web.observed().connections), "{variant:?}");
    }
}
