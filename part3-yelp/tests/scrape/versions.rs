//! Tests of both versions of the API, and of searches with unexpected results.

use part3_yelp::{
    Answer, Api, Settings, Stop, Variant, cities,
    credentials::{Environment, Source},
};

use crate::fixture::{Fixture, documents, run};

fn settings(fixture: &Fixture, api: Api) -> Settings {
    let mut settings = fixture.settings(&[Variant::Threads]);
    settings.scraper.api = api;
    settings
}

#[test]
fn version_3_gives_its_own_documents() {
    let fixture = Fixture::new();
    let settings = settings(&fixture, Api::V3);
    assert_eq!(run(&settings).documents, 80);
    for document in documents(&settings) {
        assert!(document.body.contains("\"alias\""), "{document:?}");
    }
}

#[test]
fn cities_may_have_any_name() {
    let fixture = Fixture::new();
    for api in Api::ALL {
        let mut settings = settings(&fixture, api);
        let names = "São Paulo\n東京\nHalf Moon Bay, CA / 94019 & more?\n100 % #1\n";
        settings.job.cities = cities::parse(names.as_bytes()).unwrap().cities;
        let answer = run(&settings);
        assert!(answer.is_complete(), "{answer:?}");
        assert_eq!(answer.documents, 80);
    }
}

#[test]
fn more_than_a_page_is_asked_for_page_by_page() {
    let fixture = Fixture::new();
    for (api, pages) in [(Api::V2, 2), (Api::V3, 2)] {
        fixture.web.reset_observations();
        let mut settings = settings(&fixture, api);
        settings.job.cities.truncate(1);
        settings.job.limit = 60;
        settings.scraper.limit = 60;
        let Answer { cities, .. } = run(&settings);
        assert_eq!((cities[0].found, cities[0].stored), (Some(60), 60), "{api:?}");
        assert_eq!(fixture.web.observed().requests, pages + 60, "{api:?}");
    }
}

#[test]
fn a_place_that_does_not_exist_fails_alone() {
    let fixture = Fixture::new();
    for api in Api::ALL {
        let mut settings = settings(&fixture, api);
        settings.job.cities = cities::parse("Seattle\nNowhereville\n".as_bytes()).unwrap().cities;
        let answer = run(&settings);
        assert_eq!((answer.documents, answer.cities[0].stored), (20, 20), "{api:?}");
        let [failure] = &answer.cities[1].failed[..] else { panic!("{answer:?}") };
        assert!(failure.cause.contains("LOCATION"), "{failure:?}");
        assert_eq!((&failure.id, failure.attempts), (&None, 1));
        assert!(answer.stopped.is_none());
    }
}

#[test]
fn credentials_that_are_refused_stop_the_run() {
    let fixture = Fixture::new();
    let environment = Environment::read(|name| Some(format!("wrong-{name}")));
    for api in Api::ALL {
        fixture.web.reset_observations();
        let mut settings = settings(&fixture, api);
        settings.variants = vec![Variant::Sequential];
        settings.environment = environment.clone();
        settings.scraper.credentials = Source::Environment;
        let answer = run(&settings);
        let Some(Stop::CredentialsRefused { message }) = &answer.stopped else {
            panic!("{answer:?}");
        };
        assert!(!message.contains("wrong-"), "{message}");
        assert_eq!(fixture.web.observed().requests, 1, "once is enough");
    }
}

#[test]
fn hosts_may_be_written_in_capitals() {
    let fixture = Fixture::new();
    let mut settings = settings(&fixture, Api::V2);
    settings.job.cities.truncate(1);
    let port = fixture.web.url().rsplit(':').next().unwrap().to_owned();
    settings.scraper.base_url = format!("HTTP://LOCALHOST:{port}");
    let answer = run(&settings);
    assert!(answer.is_complete(), "{answer:?}");
}
