//! Threads for the businesses of a city, if its search took no time: one that is asked for over a network
//! takes longer.

use std::time::{Duration, Instant};

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

/// Asks for the businesses of a city, at once if nobody has to wait for them.
///
/// # Errors
/// When the threads cannot be started.
pub fn scrape_city_on_threads(
    city: &City,
    threads: Threads,
    scraper: &impl Scraper,
) -> Result<CityOutcome, ScrapeError> {
    let begin = Instant::now();
    let search = scraper.city_search(city);
    let at_once = match begin.elapsed() < Duration::from_millis(20) {
        true => threads.count(search.wanted.len()),
        false => 1.min(search.wanted.len()),
    };
    let ask = |id: &_| scraper.business_info(city, id);
    let name = |number| city.thread_name(number + 1);
    let details = on_threads(&search.wanted, at_once, name, ask)?;
    Ok(scraper.store(city, search, details))
}
