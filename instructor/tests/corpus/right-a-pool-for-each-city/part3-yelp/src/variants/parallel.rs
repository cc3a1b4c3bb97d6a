//! A pool of one process for each share of the cities, and a thread that waits for each of them.

use std::{num::NonZeroUsize, process::Command, thread};

use process_pool::{ProcessPool, Settings};

use crate::{City, CityOutcome, Job, RemoteScraper, ScrapeError, worker::Inside};

/// Scrapes each city in a worker process.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_parallel(job: &Job, remote: &RemoteScraper) -> Result<Vec<CityOutcome>, ScrapeError> {
    let share = job.cities.len().div_ceil(job.busy_workers().get()).max(1);
    thread::scope(|scope| {
        let shares = (0..).step_by(share).zip(job.cities.chunks(share));
        let crew: Vec<_> = shares
            .map(|(first, cities)| scope.spawn(move || scrape_some(first, cities, job, remote)))
            .collect();
        let mut outcomes = Vec::new();
        for thread in crew {
            outcomes.extend(thread.join().unwrap()?);
        }
        Ok(outcomes)
    })
}

fn scrape_some(
    first: usize,
    cities: &[City],
    job: &Job,
    remote: &RemoteScraper,
) -> Result<Vec<CityOutcome>, ScrapeError> {
    let mut worker = Command::new(&remote.program.path);
    worker.args(&remote.program.arguments);
    let pool = ProcessPool::start(Settings::new(worker, NonZeroUsize::MIN), remote.watch())?;
    let scrape = |(number, city)| {
        let errand = remote.errand(city, Inside::OnThreads(job.threads));
        remote.outcome((number, (city, pool.submit(errand).wait())))
    };
    let outcomes = (first..).zip(cities).map(scrape).collect();
    pool.join();
    Ok(outcomes)
}
