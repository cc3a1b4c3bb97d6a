//! Threads that send back what they have, with its place.

use std::{
    sync::{Mutex, mpsc},
    thread,
};

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
    let queue = Mutex::new(search.wanted.iter().enumerate());
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for number in 1..=threads.count(search.wanted.len()) {
            let (sender, queue) = (sender.clone(), &queue);
            let take_turns = move || {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some((place, id)) = next else { return };
                    sender.send((place, scraper.business_info(city, id))).unwrap();
                }
            };
            let named = thread::Builder::new().name(city.thread_name(number));
            named.spawn_scoped(scope, take_turns).unwrap();
        }
    });
    drop(sender);
    let mut details: Vec<_> = receiver.into_iter().collect();
    details.sort_unstable_by_key(|&(place, _)| place);
    let details = details.into_iter().map(|(_, detail)| detail).collect();
    Ok(scraper.store(city, search, details))
}
