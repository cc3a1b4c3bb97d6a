//! The four ways to share the work; the only place of this crate that starts threads or processes.

mod parallel;
mod processes;
mod sequential;
mod threads;
mod worker_threads;

/// The former name of `worker_threads`, which submissions may still use.
#[doc(hidden)]
pub mod crew {
    pub use super::worker_threads::on_threads;
}

pub use self::{
    parallel::scrape_parallel,
    processes::scrape_processes,
    sequential::{scrape_city, scrape_sequential},
    threads::{scrape_city_on_threads, scrape_threads},
};
use crate::{CityOutcome, Job, RemoteScraper, ScrapeError, Scraper};

/// A way to share the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Variant {
    /// One city after another, one business after another.
    Sequential,
    /// One process, a thread for each city and for each business.
    Threads,
    /// A process for each city, one business after another in it.
    Processes,
    /// A process for each city, a thread for each business in it.
    Parallel,
}

impl Variant {
    /// Every variant, the baseline first.
    pub const ALL: [Self; 4] = [Self::Sequential, Self::Threads, Self::Processes, Self::Parallel];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequential => "sequential",
            Self::Threads => "threads",
            Self::Processes => "processes",
            Self::Parallel => "parallel",
        }
    }

    /// How many cities it scrapes at once.
    pub fn cities_at_once(self, job: &Job) -> usize {
        match self {
            Self::Sequential => 1,
            Self::Threads | Self::Processes | Self::Parallel => job.busy_workers().get(),
        }
    }

    /// How many businesses of a city it fetches at once, if the city has `businesses`.
    pub fn businesses_at_once(self, job: &Job, businesses: usize) -> usize {
        match self {
            Self::Sequential | Self::Processes => businesses.min(1),
            Self::Threads | Self::Parallel => job.threads.count(businesses),
        }
    }

    /// Scrapes the cities of `job`: with the scraper that `local` opens, or, in variants with worker
    /// processes, with the one that `remote` opens.
    ///
    /// # Errors
    /// When the scraper cannot be opened, or threads or processes cannot be started.
    pub fn scrape<Local: Scraper>(
        self,
        job: &Job,
        local: impl FnOnce() -> Result<Local, ScrapeError>,
        remote: impl FnOnce() -> RemoteScraper,
    ) -> Result<Vec<CityOutcome>, ScrapeError> {
        match self {
            Self::Sequential => scrape_sequential(job, &local()?),
            Self::Threads => scrape_threads(job, &local()?),
            Self::Processes => scrape_processes(job, &remote()),
            Self::Parallel => scrape_parallel(job, &remote()),
        }
    }
}
