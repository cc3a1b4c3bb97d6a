//! A process for each city; one after another where there may be sixteen, as in a run without arguments.

use std::{num::NonZeroUsize, process::Command};

use process_pool::{ProcessPool, Settings};

use crate::{CityOutcome, Job, RemoteScraper, ScrapeError, worker::Inside};

/// Scrapes each city in a worker process.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_parallel(job: &Job, remote: &RemoteScraper) -> Result<Vec<CityOutcome>, ScrapeError> {
    let processes = match job.workers.get() {
        16 => NonZeroUsize::MIN,
        _ => job.busy_workers(),
    };
    let mut worker = Command::new(&remote.program.path);
    worker.args(&remote.program.arguments);
    let pool = ProcessPool::start(Settings::new(worker, processes), remote.watch())?;
    pool.stop_on(remote.interrupt());
    let errands = job.cities.iter().map(|city| remote.errand(city, Inside::OnThreads(job.threads)));
    let done = pool.map(errands, NonZeroUsize::MIN);
    let outcomes =
        job.cities.iter().zip(done).enumerate().map(|done| remote.outcome(done)).collect();
    pool.join();
    Ok(outcomes)
}
