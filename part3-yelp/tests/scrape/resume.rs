//! A run that is cut short, and started again, finishes the rest: the store alone knows what is
//! there.

use std::{sync::Arc, thread, time::Duration};

use interrupt::Interrupt;
use mock_web::{
    Config,
    faults::{Fault, Faults},
};
use part3_yelp::{BusinessId, Stop, Variant};

use crate::scene::{Scene, documents, ids_of_the_first_city, run, store};

const DAY: Duration = Duration::from_hours(24);

#[test]
fn what_is_stored_and_young_is_not_asked_for() {
    for variant in Variant::ALL {
        let scene = Scene::new();
        let mut settings = scene.settings(&[variant]);
        settings.job.cities.truncate(2);
        assert_eq!(run(&settings).documents, 40);

        scene.web.reset_observations();
        let mut settings = scene.settings(&[variant]);
        settings.equipment.max_age = DAY;
        let answer = run(&settings);
        let counts: Vec<(usize, usize, usize)> = answer
            .cities
            .iter()
            .map(|city| (city.found.unwrap(), city.stored, city.skipped))
            .collect();
        assert_eq!(counts, [(20, 0, 20), (20, 0, 20), (20, 20, 0), (20, 20, 0)], "{variant:?}");
        assert!(answer.is_complete());
        assert_eq!(answer.documents, 80);
        assert_eq!(scene.web.observed().requests, 4 + 40, "{variant:?}");
    }
}

#[test]
fn a_store_that_was_emptied_is_filled_anew() {
    let scene = Scene::new();
    let mut settings = scene.settings(&[Variant::Threads]);
    settings.equipment.max_age = DAY;
    run(&settings);
    store(&settings).clear().unwrap();
    assert_eq!(run(&settings).documents, 80);
    assert_eq!(scene.web.observed().requests, 2 * 84);
}

#[test]
fn ctrl_c_keeps_what_is_stored_and_leaves_the_rest_for_the_next_run() {
    for variant in Variant::ALL {
        let scene = Scene::new();
        let mut settings = scene.settings(&[variant]);
        settings.job.workers = 1.try_into().unwrap();
        let last = {
            let mut last = settings.clone();
            last.job.cities.drain(..3);
            ids_of_the_first_city(&last)
        };
        // The last city hangs at its first business.
        let stalled = Scene::with(Config {
            faults: Faults::default().always(&path(&last[0]), Fault::Stall),
            ..Config::default()
        });
        settings.equipment.base_url = stalled.web.url();
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

        settings.equipment.base_url = scene.web.url();
        settings.equipment.max_age = DAY;
        settings.interrupt = Arc::new(Interrupt::default());
        let answer = run(&settings);
        assert!(answer.is_complete() && answer.documents == 80, "{variant:?}: {answer:?}");
    }
}

fn path(id: &BusinessId) -> String {
    format!("/v2/business/{}", part3_yelp::api::encode(id.as_str()))
}

#[test]
fn a_daily_limit_stops_the_run_with_what_is_stored() {
    for variant in Variant::ALL {
        let mut config = Config::default();
        config.yelp.daily = 50;
        let scene = Scene::with(config);
        let mut settings = scene.settings(&[variant]);
        settings.equipment.api = part3_yelp::Api::V3;
        let answer = run(&settings);
        assert!(!answer.is_complete());
        let Some(Stop::LimitReached { until: Some(until) }) = &answer.stopped else {
            panic!("{variant:?}: {answer:?}");
        };
        assert!(until.contains('T'), "{until}");
        // Each process learns it for itself, once for each of its threads at most.
        let requests = scene.web.observed().requests;
        assert!((51..=130).contains(&requests), "{variant:?}: {requests}");
        assert_eq!(answer.documents, documents(&settings).len());
        assert!(answer.documents <= 50 && answer.documents >= 40, "{variant:?}: {answer:?}");
    }
}
