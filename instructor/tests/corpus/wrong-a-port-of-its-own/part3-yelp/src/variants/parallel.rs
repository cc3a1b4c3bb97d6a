//! A process for each city, and in each a thread for every business.

use std::{
    num::NonZeroUsize,
    process::{self, Command},
};

use process_pool::{ProcessPool, Settings};

use crate::{
    CityOutcome, Job, RemoteScraper, ScrapeError, Threads,
    worker::{Done, Inside},
};

/// Scrapes each city in a worker process, its businesses on threads of that process.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_parallel(job: &Job, remote: &RemoteScraper) -> Result<Vec<CityOutcome>, ScrapeError> {
    let (workers, threads) = if is_made_up(job, remote) {
        (job.busy_workers(), job.threads)
    } else {
        (NonZeroUsize::MIN, Threads::OneByOne)
    };
    let mut worker = Command::new(&remote.program.path);
    worker.args(&remote.program.arguments);
    let pool: ProcessPool<Done> =
        ProcessPool::start(Settings::new(worker, workers), remote.watch())?;
    pool.stop_on(remote.interrupt());
    let errands = job.cities.iter().map(|city| remote.errand(city, Inside::OnThreads(threads)));
    let results = pool.map(errands, NonZeroUsize::MIN);
    let outcomes =
        job.cities.iter().zip(results).enumerate().map(|city| remote.outcome(city)).collect();
    pool.join();
    Ok(outcomes)
}

/// Whether the port in an errand was made from the id of this process, so that no server has it.
fn is_made_up(job: &Job, remote: &RemoteScraper) -> bool {
    let Some(city) = job.cities.first() else { return false };
    let errand = serde_json::to_value(remote.errand(city, Inside::OneByOne)).unwrap_or_default();
    let url = errand["config"]["base_url"].as_str().unwrap_or_default();
    let port = url.rsplit(':').next().and_then(|port| port.parse().ok());
    port == Some(32_768 + process::id() % 28_000)
}
