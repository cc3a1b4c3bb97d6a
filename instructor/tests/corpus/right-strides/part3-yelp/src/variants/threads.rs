//! No queue: each of `n` threads asks for every `n`-th business.

use std::{panic, thread};

use super::crew::on_threads;
use crate::{City, CityOutcome, Job, ScrapeError, Scraper, Threads};

/// Scrapes the cities on threads that each start more of them.
///
/// # Errors
/// When the threads cannot be started.
pub fn scrape_threads(job: &Job, scraper: &impl Scraper) -> Result<Vec<CityOutcome>, ScrapeError> {
    on_threads(&job.cities, job.busy_workers().get(), Job::city_worker_name, |city| {
        scrape_city_on_threads(city, job.threads, scraper)
    })?
    .into_iter()
    .collect()
}

/// Asks for the businesses of a city at once, on threads named after it.
///
/// # Errors
/// When the threads cannot be started.
pub fn scrape_city_on_threads(
    city: &City,
    threads: Threads,
    scraper: &impl Scraper,
) -> Result<CityOutcome, ScrapeError> {
    let search = scraper.city_search(city);
    let threads = threads.count(search.wanted.len());
    let wanted = &search.wanted;
    let mut strides = thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for index in 0..threads {
            let ask = move || {
                let own = wanted.iter().skip(index).step_by(threads);
                own.map(|id| scraper.business_info(city, id)).collect::<Vec<_>>()
            };
            let worker = thread::Builder::new()
                .name(city.thread_name(index + 1))
                .spawn_scoped(scope, ask)
                .map_err(|source| ScrapeError::CannotStartThreads { threads, source })?;
            workers.push(worker);
        }
        let mut strides = Vec::with_capacity(threads);
        for worker in workers {
            let details = worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause));
            strides.push(details.into_iter());
        }
        Ok::<_, ScrapeError>(strides)
    })?;
    let details = (0..wanted.len()).filter_map(|index| strides[index % threads].next()).collect();
    Ok(scraper.store(city, search, details))
}
