//! One city after another, one business after another, on the main thread: the baseline of the
//! comparison.

use crate::{City, CityOutcome, Job, ScrapeError, Scraper};

/// Scrapes one city after another.
///
/// # Errors
/// Never: it starts nothing that could fail to start.
pub fn scrape_sequential(
    job: &Job,
    scraper: &impl Scraper,
) -> Result<Vec<CityOutcome>, ScrapeError> {
    Ok(job.cities.iter().map(|city| scrape_city(city, scraper)).collect())
}

/// Scrapes a city, and fetches one business after another.
pub fn scrape_city(city: &City, scraper: &impl Scraper) -> CityOutcome {
    let search = scraper.city_search(city);
    let details = search.wanted.iter().map(|id| scraper.business_info(city, id)).collect();
    scraper.store(city, search, details)
}
