//! A process for each city, from the last one to the first; and in each a thread for every business.

use std::process::Command;

use process_pool::{ProcessPool, Settings};

use crate::{
    CityOutcome, Job, RemoteScraper, ScrapeError,
    worker::{Done, Inside},
};

/// Scrapes each city in a worker process, its businesses on threads of that process.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_parallel(job: &Job, remote: &RemoteScraper) -> Result<Vec<CityOutcome>, ScrapeError> {
    let mut worker = Command::new(&remote.program.path);
    worker.args(&remote.program.arguments);
    let settings = Settings::new(worker, job.busy_workers());
    let pool: ProcessPool<Done> = ProcessPool::start(settings, remote.watch())?;
    pool.stop_on(remote.interrupt());
    let errand = |city| remote.errand(city, Inside::OnThreads(job.threads));
    let sent: Vec<_> =
        job.cities.iter().rev().map(|city| (city, pool.submit(errand(city)))).collect();
    let mut outcomes: Vec<CityOutcome> = sent
        .into_iter()
        .map(|(city, pending)| (city, pending.wait()))
        .enumerate() // the numbers of the errands: the pool was given the last city first
        .map(|sent| remote.outcome(sent))
        .collect();
    outcomes.reverse();
    pool.join();
    Ok(outcomes)
}
