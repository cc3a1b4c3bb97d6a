//! A local Yelp for the benchmarks of part 3, and a collection that is empty before each run.

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

/// The argument that makes this program a worker process.
pub(crate) const WORKER: &str = "worker";

/// The number of businesses of each city, as in the lab.
const LIMIT: usize = 20;

/// The number of businesses of the lab's four cities.
pub(crate) const DOCUMENTS: u64 = 80;

/// A local Yelp, and a collection for its businesses.
pub(crate) struct YelpFixture {
    scraper: ScraperConfig,
    environment: Environment,
}

impl YelpFixture {
    /// A fixture with a collection for benchmarks alone, so that no documents of a user are lost.
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

    /// The name of the database.
    pub(crate) fn database(&self) -> &'static str {
        match self.scraper.place {
            StoreLocation::Sqlite(_) => "sqlite",
            StoreLocation::Mongodb => "mongodb",
        }
    }

    /// Opens the collection.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub(crate) fn store(&self) -> Result<Box<dyn Store>, StoreError> {
        self.scraper.open_store(&self.environment, Purpose::Begin)
    }

    /// A job with the lab's cities, this many at once.
    pub(crate) fn job(&self, workers: NonZeroUsize) -> Job {
        Job {
            cities: cities::parse(cities::BUILT_IN.as_bytes()).expect("the lab's").cities,
            limit: self.scraper.limit,
            workers,
            threads: Threads::OnePerBusiness,
        }
    }

    /// The settings of a run of one variant.
    pub(crate) fn settings(&self, workers: NonZeroUsize, variant: Variant) -> Settings {
        Settings {
            job: self.job(workers),
            variants: vec![variant],
            scraper: self.scraper.clone(),
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

    /// The wall time of one run, from before its workers are started until they have ended.
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
    /// Empties the collection, if the database still allows it.
    fn drop(&mut self) {
        let _ = self.store().and_then(|mut store| store.clear());
    }
}
