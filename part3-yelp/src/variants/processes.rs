//! A process for each city, as many at once as there are workers; one business after another in it.

use super::scrape_parallel;
use crate::{CityOutcome, Job, RemoteScraper, ScrapeError, Threads};

/// Scrapes each city in a worker process, which starts no threads for it.
///
/// # Errors
/// When the processes cannot be started.
pub fn scrape_processes(
    job: &Job,
    remote: &RemoteScraper,
) -> Result<Vec<CityOutcome>, ScrapeError> {
    scrape_parallel(&Job { threads: Threads::OneByOne, ..job.clone() }, remote)
}
