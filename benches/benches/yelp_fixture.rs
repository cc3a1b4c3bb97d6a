//! What part 3 is given to scrape, and a collection that is empty before each run.

use std::{env, num::NonZeroUsize, sync::Arc, time::Duration};

use document_store::{Collection, Purpose, Store, StoreError, StoreLocation};
use http_client::Proxy;
use interrupt::Interrupt;
use part3_yelp::{
    Api, Job, ScraperConfig, Settings, Threads, Variant, WorkerProgram, cities,
    credentials::{Environment, Source},
};
use program::progress::Visibility;

use crate::web;

/// What tells this program to be a worker process.
pub(crate) const WORKER: &str = "worker";

/// How many businesses of each city are wanted, as the lab has it.
const LIMIT: usize = 20;

/// How many that are for its four cities.
pub(crate) const DOCUMENTS: u64 = 80;

/// A local Yelp, and where its businesses are kept.
pub(crate) struct YelpFixture {
    scraper: ScraperConfig,
    environment: Environment,
}

impl YelpFixture {
    /// A fixture whose collection is for benches alone, so that no documents of a user are lost.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub(crate) fn new(
        url: &str,
        place: &StoreLocation,
        environment: &Environment,
    ) -> Result<Self, StoreError> {
        let scraper = ScraperConfig {
            api: Api::V2,
            base_url: url.to_owned(),
            proxy: Proxy::Never,
            credentials: Source::Demo,
            retry: web::PATIENT,
            rate: None,
            limit: LIMIT,
            requests_at_once: LIMIT,
            place: place.clone(),
            collection: Collection::of_variant("bench").expect("a name that is safe"),
            max_age: Duration::ZERO,
            keep_for: None,
        };
        let fixture = Self { scraper, environment: environment.clone() };
        fixture.store()?.clear()?;
        Ok(fixture)
    }

    /// What the database is called.
    pub(crate) fn database(&self) -> &'static str {
        match self.scraper.place {
            StoreLocation::Sqlite(_) => "sqlite",
            StoreLocation::Mongodb => "mongodb",
        }
    }

    /// The collection.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub(crate) fn store(&self) -> Result<Box<dyn Store>, StoreError> {
        self.scraper.open_store(&self.environment, Purpose::Begin)
    }

    /// The lab's cities, a given number at once, with a thread for each business where a variant has threads.
    pub(crate) fn job(&self, workers: NonZeroUsize) -> Job {
        Job {
            cities: cities::parse(cities::BUILT_IN.as_bytes()).expect("the lab's").cities,
            limit: self.scraper.limit,
            workers,
            threads: Threads::OnePerBusiness,
        }
    }

    /// One variant, and all that it needs.
    pub(crate) fn settings(&self, workers: NonZeroUsize, variant: Variant) -> Settings {
        Settings {
            job: self.job(workers),
            variants: vec![variant],
            equipment: self.scraper.clone(),
            latency: Some(web::LATENCY),
            environment: self.environment.clone(),
            worker: WorkerProgram {
                path: env::current_exe().expect("the path of this program"),
                arguments: vec![WORKER.into()],
            },
            progress: Visibility::Hidden,
            interrupt: Arc::new(Interrupt::default()),
        }
    }

    /// How long one run takes, from before its workers are started until they have ended.
    pub(crate) fn wall_time(&self, settings: &Settings) -> Duration {
        let mut store = self.store().unwrap_or_else(|error| panic!("{error}"));
        store.clear().unwrap_or_else(|error| panic!("{error}"));
        let report = part3_yelp::run(settings).unwrap_or_else(|error| panic!("{error}"));
        let [run] = &report.runs[..] else { panic!("one variant, {} runs", report.runs.len()) };
        let (variant, answer) = (run.variant, &run.answer);
        assert!(answer.is_complete(), "{variant} lacks some businesses: {:?}", answer.cities);
        let kept = store.count().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(kept, DOCUMENTS, "{variant} leaves a wrong number of documents in the store");
        run.cost.wall
    }
}

impl Drop for YelpFixture {
    /// Leaves the collection as empty as it was found, if the database still lets us.
    fn drop(&mut self) {
        let _ = self.store().and_then(|mut store| store.clear());
    }
}
