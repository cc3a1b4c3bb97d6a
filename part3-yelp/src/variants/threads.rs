//! One process: a thread for each city, and within it a thread for each of its businesses.

use super::worker_threads::on_threads;
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

/// Scrapes a city, and fetches its businesses at once, on threads named after the city.
///
/// # Errors
/// When the threads cannot be started.
pub fn scrape_city_on_threads(
    city: &City,
    threads: Threads,
    scraper: &impl Scraper,
) -> Result<CityOutcome, ScrapeError> {
    // BEGIN SOLUTION(city, threads, scraper): search `city`, ask for the businesses that are wanted
    // on `threads.count` threads, the first one named `city.thread_name(1)`, and store the details
    // in the order of the search, also where nothing is wanted
    let search = scraper.city_search(city);
    let threads = threads.count(search.wanted.len());
    let name = |index| city.thread_name(index + 1);
    let details = on_threads(&search.wanted, threads, name, |id| scraper.business_info(city, id))?;
    Ok(scraper.store(city, search, details))
    // END SOLUTION
}
