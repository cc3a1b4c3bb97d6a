//! The settings of the tests, with a local Yelp and a store.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use document_store::{Collection, Document, Purpose, Store, StoreLocation};
use http_client::{Proxy, retry::Retry};
use interrupt::Interrupt;
use mock_web::{Config, MockWeb};
use part3_yelp::{
    Answer, Api, BusinessId, Job, ScraperConfig, Settings, Threads, Variant, WorkerProgram, cities,
    credentials::{Environment, Source},
};
use program::progress::Visibility;
use tempfile::TempDir;

/// More than any machine needs.
pub(crate) const LONG_RETRY: Retry = Retry { retries: 3, deadline: Duration::from_mins(4) };

/// A local Yelp and an empty store.
pub(crate) struct Fixture {
    pub(crate) web: MockWeb,
    folder: TempDir,
}

impl Fixture {
    /// A web that answers at once.
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    /// A web with this configuration, but without latency.
    pub(crate) fn with(config: Config) -> Self {
        let web = MockWeb::start(Config { latency: Duration::ZERO, ..config }).unwrap();
        Self { web, folder: tempfile::tempdir().unwrap() }
    }

    /// The lab's four cities, by these variants.
    pub(crate) fn settings(&self, variants: &[Variant]) -> Settings {
        let job = Job {
            cities: cities::parse(cities::BUILT_IN.as_bytes()).unwrap().cities,
            limit: 20,
            workers: NonZeroUsize::new(16).unwrap(),
            threads: Threads::OnePerBusiness,
        };
        Settings {
            variants: variants.to_vec(),
            scraper: ScraperConfig {
                api: Api::V2,
                base_url: self.web.url(),
                proxy: Proxy::Never,
                credentials: Source::Demo,
                retry: LONG_RETRY,
                rate: None,
                limit: job.limit,
                requests_at_once: job.limit,
                place: StoreLocation::Sqlite(self.folder.path().join("yelp.db")),
                collection: Collection::business(),
                max_age: Duration::ZERO,
                keep_for: None,
            },
            job,
            latency: None,
            environment: Environment::default(),
            worker: WorkerProgram {
                path: env!("CARGO_BIN_EXE_part3-yelp").into(),
                arguments: vec!["worker".into()],
            },
            progress: Visibility::Hidden,
            interrupt: Arc::new(Interrupt::default()),
        }
    }
}

/// Settings for one city, by threads.
pub(crate) fn one_city(fixture: &Fixture) -> Settings {
    let mut settings = fixture.settings(&[Variant::Threads]);
    settings.job.cities.truncate(1);
    settings
}

/// The path of a business on the web.
pub(crate) fn path(id: &BusinessId) -> String {
    format!("/v2/business/{}", part3_yelp::api::encode(id.as_str()))
}

/// Runs the only variant of these settings.
pub(crate) fn run(settings: &Settings) -> Answer {
    let report = part3_yelp::run(settings).unwrap();
    let [run] = report.runs.try_into().unwrap();
    run.answer
}

/// The store that a single variant has used.
pub(crate) fn store(settings: &Settings) -> Box<dyn Store> {
    settings.scraper.open_store(&settings.environment, Purpose::Continue).unwrap()
}

/// Everything in it.
pub(crate) fn documents(settings: &Settings) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut keep = |document| {
        documents.push(document);
        Ok(())
    };
    store(settings).for_each(&mut keep).unwrap();
    documents
}

/// The best businesses of the first city, as a search finds them.
pub(crate) fn ids_of_the_first_city(settings: &Settings) -> Vec<BusinessId> {
    let mut settings = settings.clone();
    settings.job.cities.truncate(1);
    settings.variants = vec![Variant::Sequential];
    settings.scraper.collection = Collection::of_variant("probe").unwrap();
    let report = part3_yelp::run(&settings).unwrap();
    let spans = &report.runs[0].timeline.spans;
    // The first piece of work is the search, the last one the storing.
    spans[1..=20].iter().map(|span| BusinessId::from(span.label.as_str())).collect()
}
