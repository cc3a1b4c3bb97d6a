//! A city for each process of the pool; the rest is submitted and waited for one by one.

use std::process::Command;

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
    let errand = |city| remote.errand(city, Inside::OnThreads(job.threads));
    let (first, rest) = job.cities.split_at(job.busy_workers().get().min(job.cities.len()));
    let pending: Vec<_> = first.iter().map(|city| pool.submit(errand(city))).collect();
    let first = pending.into_iter().map(|pending| pending.wait());
    let rest = rest.iter().map(|city| pool.submit(errand(city)).wait());
    let done = first.chain(rest);
    let outcomes =
        job.cities.iter().zip(done).enumerate().map(|done| remote.outcome(done)).collect();
    pool.join();
    Ok(outcomes)
}
