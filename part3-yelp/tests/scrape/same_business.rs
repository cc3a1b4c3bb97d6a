//! Tests of cities whose searches find the same businesses: two names of one city, and neighbours.

use std::{collections::BTreeSet, time::Duration};

use http_client::Latency;
use part3_yelp::{City, Settings, Variant, cities, collection_of};

use crate::fixture::{Fixture, documents, run};

/// Names of one city, as the local web sees it.
const SPELLINGS: [&str; 6] =
    ["St. Louis", "St Louis", "st louis, MO", "St.  Louis", "ST-LOUIS", "St. Louis/USA"];

fn cities(names: &[&str]) -> Vec<City> {
    let cities = cities::parse(names.join("\n").as_bytes()).unwrap();
    assert_eq!((cities.cities.len(), cities.repeated.len()), (names.len(), 0));
    cities.cities
}

/// The cities of each document that a single variant has stored.
fn cities_of_all(settings: &Settings) -> Vec<BTreeSet<String>> {
    documents(settings).into_iter().map(|document| document.cities).collect()
}

#[test]
fn a_business_of_several_cities_is_one_document_in_all_variants() {
    let fixture = Fixture::new();
    let mut settings = fixture.settings(&Variant::ALL);
    settings.latency = Some(Latency { request: Duration::ZERO, connection: Duration::ZERO });
    settings.job.cities = cities(&SPELLINGS[..5]);
    let report = part3_yelp::run(&settings).unwrap();
    assert_eq!(report.runs.len(), 4, "nobody is accused");
    let expected: BTreeSet<String> = SPELLINGS[..5].iter().map(|&name| name.to_owned()).collect();
    for (run, variant) in report.runs.iter().zip(Variant::ALL) {
        assert!(run.answer.is_complete(), "{:?}", run.answer);
        assert_eq!(run.answer.documents, 20, "each counted once");
        assert!(run.answer.cities.iter().all(|city| city.found == Some(20)));
        settings.scraper.collection = collection_of(variant);
        assert_eq!(cities_of_all(&settings), vec![expected.clone(); 20], "{variant:?}");
    }
}

#[test]
fn a_business_that_is_not_asked_for_again_is_one_of_both_cities() {
    for variant in Variant::ALL {
        let fixture = Fixture::new();
        let mut settings = fixture.settings(&[variant]);
        settings.scraper.max_age = Duration::from_hours(24);
        for (number, name) in SPELLINGS[..3].iter().enumerate() {
            fixture.web.reset_observations();
            settings.job.cities = cities(&[name]);
            let answer = run(&settings);
            assert_eq!(answer.documents, 20, "{variant:?}: {answer:?}");
            let requests = if number == 0 { 21 } else { 1 };
            assert_eq!(fixture.web.observed().requests, requests, "{variant:?}");
            let expected = SPELLINGS[..=number].iter().map(|&name| name.to_owned()).collect();
            assert_eq!(cities_of_all(&settings), vec![expected; 20], "{variant:?}");
        }
    }
}
