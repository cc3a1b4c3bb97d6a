//! A scoped thread for each share of the businesses, cut in advance.

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
    let search = scraper.city_search(city);
    let threads = threads.count(search.wanted.len()).max(1);
    let details = thread::scope(|scope| {
        let share = search.wanted.len().div_ceil(threads).max(1);
        let crew: Vec<_> = (1..)
            .zip(search.wanted.chunks(share))
            .map(|(number, ids)| {
                thread::Builder::new()
                    .name(city.thread_name(number))
                    .spawn_scoped(scope, move || {
                        ids.iter().map(|id| scraper.business_info(city, id)).collect::<Vec<_>>()
                    })
                    .unwrap()
            })
            .collect();
        crew.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    Ok(scraper.store(city, search, details))
}
