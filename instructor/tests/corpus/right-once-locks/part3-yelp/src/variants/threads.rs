//! One process: a thread for each city, and within it a thread for each of its businesses.

use std::{
    panic,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::crew::on_threads;
use crate::{City, CityOutcome, Detail, Job, ScrapeError, Scraper, Threads};

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
    let wanted = &search.wanted;
    let count = threads.count(wanted.len());
    let next = AtomicUsize::new(0);
    let slots: Vec<OnceLock<Detail>> = wanted.iter().map(|_| OnceLock::new()).collect();
    let take_turns = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(id) = wanted.get(index) else { return };
            // No other thread has this index, so the slot is empty.
            let _ = slots[index].set(scraper.business_info(city, id));
        }
    };
    thread::scope(|scope| {
        let mut workers = Vec::with_capacity(count);
        for number in 1..=count {
            let worker = thread::Builder::new()
                .name(city.thread_name(number))
                .spawn_scoped(scope, &take_turns)
                .map_err(|source| {
                    next.store(wanted.len(), Ordering::Relaxed); // nothing more for the others
                    ScrapeError::CannotStartThreads { threads: count, source }
                })?;
            workers.push(worker);
        }
        for worker in workers {
            worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause));
        }
        Ok::<(), ScrapeError>(())
    })?;
    let details = slots.into_iter().map(|slot| slot.into_inner().expect("all to be asked for"));
    let details = details.collect();
    Ok(scraper.store(city, search, details))
}
