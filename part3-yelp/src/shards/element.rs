//! One element of a job array: scrapes the cities of one shard, unless that is done already.

use std::{ffi::OsString, sync::Arc};

use common::stopwatch::Cost;
use document_store::{Collection, InterruptibleStore, Purpose, StoreLocation};
use interrupt::Interrupt;
use job_array::{Origin, Plan};

use super::{
    city_scrape::{CityScrape, ShardAnswer, ShardCity},
    stored,
};
use crate::{
    Answer, ScrapeError, Settings,
    credentials::Environment,
    run::{Scraped, scrape},
    scraper::open_store,
};

/// The outcome of a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done now, and has a result.
    Done(ShardAnswer, Cost),
    /// Something of it is not stored, or a signal came: it has no result.
    Incomplete(Answer),
}

/// One element of a job array.
pub struct Element<'a> {
    /// The plan.
    pub plan: &'a Plan<CityScrape>,
    /// The shard to do.
    pub shard: u64,
    /// Ends it early.
    pub interrupt: Arc<Interrupt>,
    /// Reads the environment, for the origin of the result.
    pub variable: fn(&str) -> Option<OsString>,
}

impl Element<'_> {
    /// Whether the shard has a valid result, and the store has all of its documents. A result whose
    /// documents are gone is taken away.
    ///
    /// # Errors
    /// When the store or the system fails, or the interrupt comes first.
    pub fn is_done(&self, environment: &Environment) -> Result<bool, ScrapeError> {
        if !self.plan.is_done(self.shard)? {
            return Ok(false);
        }
        let Ok(result) = self.plan.result(self.shard) else { return Ok(false) };
        let environment = environment.clone();
        let open = move || {
            let collection = Collection::business();
            open_store(&StoreLocation::Mongodb, &collection, &environment, Purpose::Read)
        };
        let mut store = InterruptibleStore::open(open, Arc::clone(&self.interrupt))?;
        let answer = result.answer.clone();
        let defect = store.ask(move |store| stored::defect(store, &answer))?;
        if defect.is_some() {
            self.plan.withdraw(self.shard, &result.answer)?;
        }
        Ok(defect.is_none())
    }

    /// Scrapes the cities of the shard, and publishes the result if all are complete.
    ///
    /// It adds documents to the store, and never empties it: other elements store there, too.
    ///
    /// # Errors
    /// When the store cannot be opened, threads or processes cannot be started, the system fails, or
    /// another run of the shard has another answer.
    pub fn run(self, settings: &Settings) -> Result<Outcome, ScrapeError> {
        let Self { plan, shard, interrupt, variable } = self;
        let Settings { scraper, environment, job, .. } = settings;
        plan.check_writable(shard)?;
        let mut store = scraper.open_interruptible_store(
            environment,
            Purpose::Begin,
            Arc::clone(&interrupt),
        )?;
        let Scraped { outcomes, answer, cost, .. } =
            scrape(settings, plan.work.variant, scraper, &mut store)?;
        if interrupt.is_raised() || !answer.is_complete() {
            return Ok(Outcome::Incomplete(answer));
        }
        let answer = ShardAnswer { cities: outcomes.iter().map(ShardCity::of).collect() };
        let version = env!("CARGO_PKG_VERSION");
        let workers = job.busy_workers().get();
        let origin = Origin::new(version, workers, (cost.wall, cost.cpu), variable);
        plan.publish(shard, answer.clone(), origin, || {})?;
        Ok(Outcome::Done(answer, cost))
    }
}
