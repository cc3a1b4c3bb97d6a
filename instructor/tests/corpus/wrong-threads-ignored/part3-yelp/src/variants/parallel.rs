//! A process for each city, and in each a thread for every business: both kinds at once.

use std::{num::NonZeroUsize, process::Command};

use process_pool::{ProcessPool, Settings};

use crate::{CityOutcome, Job, RemoteScraper, ScrapeError, Threads, worker::{Done, Inside}};

/// Scrapes each city in a worker process, its businesses on threads of that process.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_parallel(job: &Job, remote: &RemoteScraper) -> Result<Vec<CityOutcome>, ScrapeError> {
    let mut worker = Command::new(&remote.program.path);
    worker.args(&remote.program.arguments);
    let pool = ProcessPool::<Done>::start(Settings::new(worker, job.busy_workers()), remote.watch())?;
    pool.stop_on(remote.interrupt());
    let errands = job.cities.iter().map(|city| remote.errand(city, Inside::OnThreads(Threads::OnePerBusiness)));
    let done = pool.map(errands, NonZeroUsize::MIN);
    let outcomes =
        job.cities.iter().zip(done).enumerate().map(|done| remote.outcome(done)).collect();
    pool.join();
    Ok(outcomes)
}
