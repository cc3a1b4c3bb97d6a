//! A process for each city, as many at once as there are workers; one business after another in it.

use std::{num::NonZeroUsize, process::Command};

use common::process_pool::{ProcessPool, Settings};

use crate::{CityOutcome, Job, RemoteScraper, ScrapeError, worker::Inside};

/// One city at a time: a worker that is free takes the next.
const CITIES_PER_BATCH: NonZeroUsize = NonZeroUsize::MIN;

/// Scrapes each city in a worker process.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_processes(
    job: &Job,
    remote: &RemoteScraper,
) -> Result<Vec<CityOutcome>, ScrapeError> {
    let mut worker = Command::new(&remote.program.path);
    worker.args(&remote.program.arguments);
    let pool = ProcessPool::start(Settings::new(worker, job.busy_workers()), remote.watch())?;
    pool.stop_on(remote.interrupt());
    let errands = job.cities.iter().map(|city| remote.errand(city, Inside::OneByOne));
    let done = pool.map(errands, CITIES_PER_BATCH);
    let outcomes =
        job.cities.iter().zip(done).enumerate().map(|done| remote.outcome(done)).collect();
    pool.join();
    Ok(outcomes)
}
