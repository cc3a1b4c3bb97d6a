//! Tests that a second run finishes what an interrupted run has left. Only the store knows what is
//! done.

use std::{sync::Arc, thread, time::Duration};

use interrupt::Interrupt;
use mock_web::{
    Config,
    faults::{Fault, Faults},
};
use part3_yelp::{Stop, Variant};

use crate::fixture::{Fixture, documents, ids_of_the_first_city, path, run, store};

const DAY: Duration = Duration::from_hours(24);

#[test]
fn recently_stored_businesses_are_not_fetched_again() {
    for variant in Variant::ALL {
        let fixture = Fixture::new();
        let mut settings = fixture.settings(&[variant]);
        settings.job.cities.truncate(2);
        assert_eq!(run(&settings).documents, 40);

        fixture.web.reset_observations();
        let mut settings = fixture.settings(&[variant]);
        settings.scraper.max_age = DAY;
        let answer = run(&settings);
        let counts: Vec<(usize, usize, usize)> = answer
            .cities
            .iter()
            .map(|city| (city.found.unwrap(), city.stored, city.skipped))
            .collect();
        assert_eq!(counts, [(20, 0, 20), (20, 0, 20), (20, 20, 0), (20, 20, 0)], "{variant:?}");
        assert!(answer.is_complete());
        assert_eq!(answer.documents, 80);
        assert_eq!(fixture.web.observed().requests, 4 + 40, "{variant:?}");
    }
}

#[test]
fn a_store_that_was_emptied_is_filled_anew() {
    let fixture = Fixture::new();
    let mut settings = fixture.settings(&[Variant::Threads]);
    settings.scraper.max_age = DAY;
    run(&settings);
    store(&settings).clear().unwrap();
    assert_eq!(run(&settings).documents, 80);
    assert_eq!(fixture.web.observed().requests, 2 * 84);
}

#[test]
fn ctrl_c_keeps_stored_documents_and_leaves_the_rest_for_the_next_run() {
    for variant in Variant::ALL {
        let fixture = Fixture::new();
        let mut settings = fixture.settings(&[variant]);
        settings.job.workers = 1.try_into().unwrap();
        let last = {
            let mut last = settings.clone();
            last.job.cities.drain(..3);
            ids_of_the_first_city(&last)
        };
        // The last city hangs at its first business.
        let stalled = Fixture::with(Config {
            faults: Faults::default().always(&path(&last[0]), Fault::Stall),
            ..Config::default()
        });
        settings.scraper.base_url = stalled.web.url();
        settings.interrupt = Arc::new(Interrupt::default());
        let answer = thread::scope(|scope| {
            let running = scope.spawn(|| run(&settings));
            while !stalled.web.observed().journal.iter().any(|entry| entry.path == path(&last[0])) {
                assert!(!running.is_finished(), "it waits for {}", last[0]);
                thread::yield_now();
            }
            settings.interrupt.raise();
            running.join().unwrap()
        });
        assert!(!answer.is_complete(), "{variant:?}");
        assert_eq!(answer.documents, documents(&settings).len(), "{variant:?}");
        assert!((60..80).contains(&answer.documents), "{variant:?}: {answer:?}");

        settings.scraper.base_url = fixture.web.url();
        settings.scraper.max_age = DAY;
        settings.interrupt = Arc::new(Interrupt::default());
        let answer = run(&settings);
        assert!(answer.is_complete() && answer.documents == 80, "{variant:?}: {answer:?}");
    }
}

#[test]
fn a_daily_limit_stops_the_run_and_stored_documents_stay() {
    for variant in Variant::ALL {
        let mut config = Config::default();
        config.yelp.daily = 50;
        let fixture = Fixture::with(config);
        let mut settings = fixture.settings(&[variant]);
        settings.scraper.api = part3_yelp::Api::V3;
        let answer = run(&settings);
        assert!(!answer.is_complete());
        let Some(Stop::LimitReached { until: Some(until) }) = &answer.stopped else {
            panic!("{variant:?}: {answer:?}");
        };
        assert!(until.contains('T'), "{until}");
        // Each process learns it for itself, once for each of its threads at most.
        let requests = fixture.web.observed().requests;
        assert!((51..=130).contains(&requests), "{variant:?}: {requests}");
        assert_eq!(answer.documents, documents(&settings).len());
        assert!(answer.documents <= 50 && answer.documents >= 40, "{variant:?}: {answer:?}");
    }
}
