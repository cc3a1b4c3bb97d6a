//! Tests of each failure of a host: the run survives it or reports it, and loses nothing.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use common::stopwatch::WallClock;
use http_client::retry::Retry;
use mock_web::{
    Config,
    faults::{Fault, Faults, Seeded},
};
use part3_yelp::{Answer, BusinessId, Failure, Variant, rate_limit::Rate};

use crate::fixture::{Fixture, documents, ids_of_the_first_city, one_city, path, run};

const SEARCH: &str = "/v2/search";

/// Short enough for a test, for requests that are never answered anyway.
const SHORT_RETRY: Retry = Retry { retries: 1, deadline: Duration::from_millis(600) };

fn with(faults: Faults) -> Fixture {
    Fixture::with(Config { faults, ..Config::default() })
}

fn third_business() -> (BusinessId, String) {
    let fixture = Fixture::new();
    let id = ids_of_the_first_city(&one_city(&fixture)).swap_remove(2);
    let path = path(&id);
    (id, path)
}

/// The search of the city, and each of its businesses.
fn all_paths() -> Vec<String> {
    let fixture = Fixture::new();
    let ids = ids_of_the_first_city(&one_city(&fixture));
    let businesses = ids.iter().map(path);
    [SEARCH.to_owned()].into_iter().chain(businesses).collect()
}

#[test]
fn transient_errors_are_survived_at_every_request() {
    let paths = all_paths();
    assert_eq!(paths.len(), 21);
    for fault in [
        Fault::InternalError,
        Fault::BadGateway,
        Fault::Reset,
        Fault::CutBody,
        Fault::TooManyRequestsPerSecond,
        Fault::TooManyRequests { retry_after: Duration::ZERO },
    ] {
        let on_each = |faults: Faults, path: &String| faults.on(path, 1, fault.clone());
        let fixture = with(paths.iter().fold(Faults::default(), on_each));
        let answer = run(&one_city(&fixture));
        assert!(answer.is_complete(), "{fault:?}: {answer:?}");
        assert_eq!((answer.documents, fixture.web.observed().requests), (20, 42), "{fault:?}");
    }
}

#[test]
fn connections_that_the_host_closes_cost_no_attempt() {
    let on_each = |faults: Faults, path: &String| faults.on(path, 1, Fault::HangUp);
    let fixture = with(all_paths()[1..].iter().fold(Faults::default(), on_each));
    let mut settings = fixture.settings(&[Variant::Sequential]);
    settings.job.cities.truncate(1);
    settings.scraper.retry.retries = 0;
    let answer = run(&settings);
    // The local web takes each signature once, be the request answered or not.
    assert!(answer.is_complete(), "{answer:?}");
    assert_eq!((answer.documents, fixture.web.observed().requests), (20, 41));
}

#[test]
fn retries_wait_for_their_turn_without_loss_of_time() {
    let on_each = |faults: Faults, path: &String| faults.on(path, 1, Fault::InternalError);
    let fixture = with(all_paths()[1..].iter().fold(Faults::default(), on_each));
    let mut settings = one_city(&fixture);
    let rate = Rate { per_second: NonZeroU32::new(10).unwrap(), processes: NonZeroUsize::MIN };
    settings.scraper.rate = Some(rate);
    settings.scraper.retry = Retry { retries: 1, deadline: Duration::from_millis(3_500) };
    let clock = WallClock::start();
    let answer = run(&settings);
    let wall = clock.elapsed();
    assert!(answer.is_complete(), "{answer:?}");
    assert_eq!((answer.documents, fixture.web.observed().requests), (20, 41));
    // 40 intervals between 41 requests: more time than each of them has for itself.
    assert!(wall >= 40 * rate.interval(), "{wall:?}");
}

#[test]
fn lasting_errors_are_reported_for_every_business() {
    for fault in [Fault::NotFound, Fault::BusinessUnavailable, Fault::WrongJson] {
        let on_each = |faults: Faults, path: &String| faults.always(path, fault.clone());
        let fixture = with(all_paths()[1..].iter().fold(Faults::default(), on_each));
        let answer = run(&one_city(&fixture));
        let city = &answer.cities[0];
        assert_eq!((city.found, city.stored, city.failed.len()), (Some(20), 0, 20), "{fault:?}");
    }
}

#[test]
fn faults_by_chance_lose_nothing_in_any_variant() {
    let mut faults = Faults::default();
    faults.seeded = Some(Seeded { seed: 4, per_mille: 100 });
    let fixture = with(faults);
    for variant in Variant::ALL {
        fixture.web.reset_observations();
        let mut settings = fixture.settings(&[variant]);
        settings.scraper.retry.retries = 20;
        let answer = run(&settings);
        assert!(answer.is_complete(), "{variant:?}: {answer:?}");
        assert_eq!(documents(&settings).len(), 80, "{variant:?}");
    }
    assert!(fixture.web.observed().requests > 84, "some of them twice");
}

/// The third business of the city fails with this fault each time; returns its failure.
fn failure(fault: Fault, retry: Retry) -> Failure {
    let (id, path) = third_business();
    let fixture = with(Faults::default().always(&path, fault));
    let mut settings = one_city(&fixture);
    settings.scraper.retry = retry;
    let Answer { documents, cities, .. } = run(&settings);
    assert_eq!(documents, 19, "one bad business does not lose the others: {cities:?}");
    assert_eq!((cities[0].found, cities[0].stored), (Some(20), 19));
    let [failure] = &cities[0].failed[..] else { panic!("{cities:?}") };
    assert_eq!(failure.id, Some(id));
    assert!(failure.cause.contains(&path), "{failure:?}");
    failure.clone()
}

const LONG_RETRY: Retry = Retry { retries: 2, deadline: Duration::from_mins(3) };

#[test]
fn lasting_errors_are_reported_after_all_attempts() {
    for (fault, cause) in [
        (Fault::InternalError, "the server answered 500"),
        (Fault::BadGateway, "the server answered 502"),
        (Fault::Reset, "reset"),
        (Fault::CutBody, ""),
    ] {
        let failure = failure(fault, LONG_RETRY);
        assert!(failure.cause.contains(cause), "{failure:?}");
        assert_eq!(failure.attempts, 3, "{failure:?}");
    }
}

#[test]
fn silence_and_endless_drips_come_to_an_end() {
    for fault in [Fault::Stall, Fault::SlowDrip { pause: Duration::from_secs(1) }] {
        let (_, path) = third_business();
        let fixture = with(Faults::default().always(&path, fault));
        let mut settings = one_city(&fixture);
        settings.scraper.retry = SHORT_RETRY;
        // The others may be late as well, on a busy machine: only this one is sure to be. If the search
        // is late, nothing is asked for.
        let is_it = |failure: &Failure| failure.cause.contains(&path);
        let mut failures = (0..20).flat_map(|_| run(&settings).cities.swap_remove(0).failed);
        let failure = failures.find(is_it).unwrap();
        assert!(failure.cause.contains("timeout"), "{failure:?}");
    }
}

#[test]
fn nonsense_is_not_asked_for_again() {
    let elsewhere = "/v2/business/elsewhere".to_owned();
    for (fault, cause) in [
        (Fault::NotFound, "BUSINESS_UNAVAILABLE"),
        (Fault::WrongJson, "the answer is"),
        (Fault::HugeBody { bytes: 100 << 20 }, "limit"),
        (Fault::Redirect { to: elsewhere }, "302"),
    ] {
        let failure = failure(fault, LONG_RETRY);
        assert!(failure.cause.contains(cause), "{failure:?}");
        assert_eq!(failure.attempts, 1, "{failure:?}");
    }
}

#[test]
fn a_search_that_fails_is_the_failure_of_its_city() {
    let fixture = with(Faults::default().always(SEARCH, Fault::WrongJson));
    let answer = run(&fixture.settings(&[Variant::Parallel]));
    assert_eq!(answer.documents, 0);
    for city in &answer.cities {
        assert_eq!((city.found, city.failed.len()), (Some(0), 1), "{city:?}");
        assert!(city.failed[0].cause.contains("no list of businesses"), "{city:?}");
    }
}
