//! One process: a thread for each city, and within it a thread for each of its businesses.

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
    let count = threads.count(search.wanted.len());
    let details = if count == search.wanted.len() {
        // A thread for each.
        thread::scope(|scope| {
            let mut handles = Vec::with_capacity(count);
            for (number, id) in (1..).zip(&search.wanted) {
                let handle = thread::Builder::new()
                    .name(city.thread_name(number))
                    .spawn_scoped(scope, move || scraper.business_info(city, id))
                    .map_err(|source| ScrapeError::CannotStartThreads { threads: count, source })?;
                handles.push(handle);
            }
            let details = handles
                .into_iter()
                .map(|handle| handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
            Ok::<_, ScrapeError>(details.collect())
        })?
    } else {
        // Fewer: they share a queue.
        let name = |number| city.thread_name(number);
        on_threads(&search.wanted, count, name, |id| scraper.business_info(city, id))?
    };
    Ok(scraper.store(city, search, details))
}
