//! Tests that all variants store the same documents, each once.

use part3_yelp::{ScrapeError, Variant, collection_of};

use crate::fixture::{Fixture, documents, run};

#[test]
fn each_variant_stores_the_same_80_documents() {
    let fixture = Fixture::new();
    let settings = fixture.settings(&Variant::ALL);
    let report = part3_yelp::run(&settings).unwrap();
    assert_eq!(report.runs.len(), 4);
    let mut contents = Vec::new();
    for (run, variant) in report.runs.iter().zip(Variant::ALL) {
        assert!(run.answer.is_complete(), "{:?}", run.answer);
        assert_eq!(run.answer.documents, 80);
        let mut settings = settings.clone();
        settings.scraper.collection = collection_of(variant);
        let stored = documents(&settings);
        let of_seattle = stored.iter().filter(|document| document.city() == "Seattle").count();
        assert_eq!((stored.len(), of_seattle), (80, 20), "{variant:?}");
        contents.push(stored.into_iter().map(|kept| (kept.id, kept.body)).collect::<Vec<_>>());
    }
    assert!(contents.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(documents(&settings).is_empty(), "what a single variant stores is left alone");
}

#[test]
fn running_twice_leaves_80_documents() {
    for variant in Variant::ALL {
        let fixture = Fixture::new();
        let settings = fixture.settings(&[variant]);
        for _ in 0..2 {
            let answer = run(&settings);
            assert_eq!((answer.documents, answer.cities[3].stored), (80, 20), "{variant:?}");
        }
        assert_eq!(documents(&settings).len(), 80, "{variant:?}");
        assert_eq!(fixture.web.observed().requests, 2 * 84, "{variant:?}");
    }
}

#[test]
fn workers_that_cannot_be_started_are_an_error() {
    let fixture = Fixture::new();
    let mut settings = fixture.settings(&[Variant::Parallel]);
    settings.worker.path = "/nowhere/part3-yelp".into();
    let error = part3_yelp::run(&settings).unwrap_err();
    assert!(matches!(error, ScrapeError::Pool(_)), "{error}");
}

#[test]
fn more_cities_than_workers_queue_up() {
    let fixture = Fixture::new();
    for variant in [Variant::Threads, Variant::Parallel] {
        let mut settings = fixture.settings(&[variant]);
        settings.job.workers = 2.try_into().unwrap();
        let names: Vec<String> = (0..9).map(|number| format!("City {number}")).collect();
        settings.job.cities =
            part3_yelp::cities::parse(names.join("\n").as_bytes()).unwrap().cities;
        let report = part3_yelp::run(&settings).unwrap();
        let answer = &report.runs[0].answer;
        let found: Vec<(String, usize)> =
            answer.cities.iter().map(|city| (city.city.to_string(), city.stored)).collect();
        let expected: Vec<(String, usize)> = names.into_iter().map(|name| (name, 20)).collect();
        assert_eq!(found, expected, "in the order of the cities");
        let mut pids: Vec<u32> =
            report.runs[0].timeline.lanes.iter().map(|lane| lane.pid).collect();
        pids.dedup();
        let processes = if variant == Variant::Parallel { 2 } else { 1 };
        assert_eq!(pids.len(), processes, "{variant:?}");
    }
}
