//! A process for each city, started when the one before has ended.

use std::{num::NonZeroUsize, process::Command};

use process_pool::{ProcessPool, Settings};

use crate::{CityOutcome, Job, RemoteScraper, ScrapeError, worker::Inside};

/// Scrapes each city in a worker process.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_parallel(job: &Job, remote: &RemoteScraper) -> Result<Vec<CityOutcome>, ScrapeError> {
    let scrape = |(number, city)| {
        let mut worker = Command::new(&remote.program.path);
        worker.args(&remote.program.arguments);
        let pool = ProcessPool::start(Settings::new(worker, NonZeroUsize::MIN), remote.watch())?;
        let errand = remote.errand(city, Inside::OnThreads(job.threads));
        let outcome = remote.outcome((number, (city, pool.submit(errand).wait())));
        pool.join();
        Ok(outcome)
    };
    job.cities.iter().enumerate().map(scrape).collect()
}
