//! The details are stored in the order in which they came.

use std::sync::Mutex;

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

/// Asks for the businesses of a city.
///
/// # Errors
/// When the threads cannot be started.
pub fn scrape_city_on_threads(
    city: &City,
    threads: Threads,
    scraper: &impl Scraper,
) -> Result<CityOutcome, ScrapeError> {
    let search = scraper.city_search(city);
    let details = Mutex::new(Vec::new());
    let name = |index| city.thread_name(index + 1);
    let threads = threads.count(search.wanted.len());
    on_threads(&search.wanted, threads, name, |id| {
        let detail = scraper.business_info(city, id);
        details.lock().unwrap().push(detail);
    })?;
    let details = details.into_inner().unwrap();
    Ok(scraper.store(city, search, details))
}
