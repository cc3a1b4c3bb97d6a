//! A process for each city, and in each process a thread for each business.

// BEGIN SOLUTION
use std::{num::NonZeroUsize, process::Command};

use process_pool::{ProcessPool, Settings};

use crate::worker::Inside;
// END SOLUTION
use crate::{CityOutcome, Job, RemoteScraper, ScrapeError};

// BEGIN SOLUTION
/// One city at a time: each free worker takes the next one.
const CITIES_PER_BATCH: NonZeroUsize = NonZeroUsize::MIN;

// END SOLUTION

/// Scrapes each city in a worker process, its businesses on threads of that process.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_parallel(job: &Job, remote: &RemoteScraper) -> Result<Vec<CityOutcome>, ScrapeError> {
    // BEGIN SOLUTION(job, remote): start a `ProcessPool` of `job.busy_workers()` processes that run
    // `remote.program`, `map` over it the task of each city, which `remote.city_task` makes for
    // `Inside::OnThreads(job.threads)`, turn the results into outcomes, and `join` the pool
    let mut worker = Command::new(&remote.program.path);
    worker.args(&remote.program.arguments);
    let pool = ProcessPool::start(Settings::new(worker, job.busy_workers()), remote.watch())?;
    pool.stop_on(remote.interrupt());
    let tasks =
        job.cities.iter().map(|city| remote.city_task(city, Inside::OnThreads(job.threads)));
    let done = pool.map(tasks, CITIES_PER_BATCH);
    let outcomes =
        job.cities.iter().zip(done).enumerate().map(|done| remote.outcome(done)).collect();
    pool.join();
    Ok(outcomes)
    // END SOLUTION
}
