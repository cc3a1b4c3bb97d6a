//! A thread for each business, joined before the next is started.

use std::thread;

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
    let _ = threads;
    let search = scraper.city_search(city);
    let details = thread::scope(|scope| {
        let mut details = Vec::new();
        for (number, id) in (1..).zip(&search.wanted) {
            let named = thread::Builder::new().name(city.thread_name(number));
            let thread = named.spawn_scoped(scope, || scraper.business_info(city, id)).unwrap();
            details.push(thread.join().unwrap());
        }
        details
    });
    Ok(scraper.store(city, search, details))
}
