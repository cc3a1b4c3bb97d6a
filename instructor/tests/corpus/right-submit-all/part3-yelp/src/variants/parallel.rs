//! A process for each city, and in each a thread for every business: both kinds at once.

use std::process::Command;

use process_pool::{Pending, ProcessPool, Settings};

use crate::{CityOutcome, Job, RemoteScraper, ScrapeError, worker::{Done, Inside}};

/// Scrapes each city in a worker process, its businesses on threads of that process.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_parallel(job: &Job, remote: &RemoteScraper) -> Result<Vec<CityOutcome>, ScrapeError> {
    let mut worker = Command::new(&remote.program.path);
    worker.args(&remote.program.arguments);
    let pool = ProcessPool::<Done>::start(Settings::new(worker, job.busy_workers()), remote.watch())?;
    pool.stop_on(remote.interrupt());
    let pending: Vec<Pending<Done>> = job
        .cities
        .iter()
        .map(|city| pool.submit(remote.errand(city, Inside::OnThreads(job.threads))))
        .collect();
    let mut outcomes = Vec::with_capacity(job.cities.len());
    for (number, (city, pending)) in job.cities.iter().zip(pending).enumerate() {
        outcomes.push(remote.outcome((number, (city, pending.wait()))));
    }
    pool.join();
    Ok(outcomes)
}
