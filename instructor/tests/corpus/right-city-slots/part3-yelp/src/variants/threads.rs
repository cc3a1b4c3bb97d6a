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

/// Asks for the businesses of a city at once, on threads named after it: the worst business first, and
/// the last thread first.
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
    let threads = threads.count(wanted.len());
    let left = AtomicUsize::new(wanted.len());
    let slots: Vec<OnceLock<Detail>> = wanted.iter().map(|_| OnceLock::new()).collect();
    let take_turns = || {
        let take = |left: usize| left.checked_sub(1);
        while let Ok(before) = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            let index = before - 1;
            let detail = scraper.business_info(city, &wanted[index]);
            slots[index].set(detail).expect("a slot for each business");
        }
    };
    thread::scope(|scope| {
        let mut crew = Vec::with_capacity(threads);
        for number in (1..=threads).rev() {
            let member = thread::Builder::new()
                .name(city.thread_name(number))
                .spawn_scoped(scope, &take_turns)
                .inspect_err(|_| left.store(0, Ordering::Relaxed))
                .map_err(|source| ScrapeError::CannotStartThreads { threads, source })?;
            crew.push(member);
        }
        for member in crew {
            member.join().unwrap_or_else(|cause| panic::resume_unwind(cause));
        }
        Ok::<_, ScrapeError>(())
    })?;
    let details = slots.into_iter().map(|slot| slot.into_inner().expect("all to be asked for"));
    let details = details.collect();
    Ok(scraper.store(city, search, details))
}
