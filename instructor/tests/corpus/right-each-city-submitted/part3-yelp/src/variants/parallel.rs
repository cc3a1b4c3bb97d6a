//! Each city is submitted by itself, and waited for when all are.

use std::{num::NonZeroUsize, process::Command};

use process_pool::{ProcessPool, Settings};

use crate::{CityOutcome, Job, RemoteScraper, ScrapeError, worker::Inside};

/// Scrapes each city in a worker process.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_parallel(job: &Job, remote: &RemoteScraper) -> Result<Vec<CityOutcome>, ScrapeError> {
    let mut worker = Command::new(&remote.program.path);
    worker.args(&remote.program.arguments);
    let pool = ProcessPool::start(Settings::new(worker, job.busy_workers()), remote.watch())?;
    let pending: Vec<_> = job
        .cities
        .iter()
        .map(|city| pool.submit(remote.errand(city, Inside::OnThreads(job.threads))))
        .collect();
    let done = pending.into_iter().map(|pending| pending.wait());
    let outcomes =
        job.cities.iter().zip(done).enumerate().map(|done| remote.outcome(done)).collect();
    pool.join();
    Ok(outcomes)
}
