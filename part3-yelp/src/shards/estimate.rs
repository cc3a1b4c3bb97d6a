//! Estimates the requests and the time of a scrape before anybody submits it, and how many shards it
//! should have.

use std::{num::NonZeroU64, time::Duration};

use job_array::{ARRAY_MAX, SHARDS_MAX};

use super::CityScrape;
use crate::rate_limit::Rate;

/// The time that a shard is to take.
const SHARD_TIME: Duration = Duration::from_mins(10);

/// The time of a request without a limit on the rate: its CPU time on one core, the local web included.
/// The README has the measurement.
const REQUEST_TIME: Duration = Duration::from_micros(1_800);

/// The most requests: each city is searched page by page, and each business is fetched.
pub fn request_count(scrape: &CityScrape) -> u64 {
    let CityScrape { cities, limit, fetching, .. } = scrape;
    let of_city = limit.div_ceil(fetching.api.page_max()) + limit;
    cities.len() as u64 * of_city as u64
}

/// The time that the rate allows for all requests, on any number of machines; none without a rate.
pub fn time_at_rate(scrape: &CityScrape) -> Option<Duration> {
    let per_second = scrape.fetching.rate?.per_second.get();
    Some(Duration::from_secs(request_count(scrape)) / per_second)
}

/// The number of shards with which one takes about ten minutes, and at least as many as are to run at
/// once: fewer would not use the whole rate.
pub fn shard_count(scrape: &CityScrape) -> NonZeroU64 {
    let request_time = scrape.fetching.rate.map_or(REQUEST_TIME, Rate::interval);
    let nanos = request_time.as_nanos() * u128::from(request_count(scrape));
    let shards = u64::try_from(nanos / SHARD_TIME.as_nanos()).unwrap_or(u64::MAX);
    let at_once = scrape.at_once.map_or(1, NonZeroU64::get);
    let least = at_once.min(scrape.cities.len() as u64).clamp(1, ARRAY_MAX);
    let max = if scrape.at_once.is_some() { ARRAY_MAX } else { SHARDS_MAX };
    NonZeroU64::new(shards.clamp(least, max)).unwrap_or(NonZeroU64::MIN)
}
