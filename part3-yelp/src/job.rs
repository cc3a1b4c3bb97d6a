//! The job: cities to scrape, how many at once, and how many businesses of each at once.

use std::num::NonZeroUsize;

use crate::{Api, City};

/// The businesses of some cities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The cities; their outcomes are returned in this order.
    pub cities: Vec<City>,
    /// The most businesses of each city; a search returns the best ones.
    pub limit: usize,
    /// How many cities are scraped at once, each by a process or a thread, in variants that do so.
    pub workers: NonZeroUsize,
    /// How many businesses of a city are fetched at once, in variants that do so.
    pub threads: Threads,
}

/// The threads for the businesses of a city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Threads {
    /// A thread for each business, as in the lab of 2015.
    OnePerBusiness,
    /// At most this many threads.
    AtMost(NonZeroUsize),
    /// No threads: one business after another.
    OneByOne,
}

impl Threads {
    /// The number of threads for this number of businesses.
    pub fn count(self, businesses: usize) -> usize {
        match self {
            Self::OnePerBusiness => businesses,
            Self::AtMost(threads) => threads.get().min(businesses),
            Self::OneByOne => businesses.min(1),
        }
    }
}

impl Job {
    /// The names of threads that scrape cities begin with this; a number follows.
    pub(crate) const CITY_WORKER: &str = "cities";

    /// The number of workers that have a city to scrape.
    pub fn busy_workers(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.cities.len())
            .map_or(NonZeroUsize::MIN, |some| some.min(self.workers))
    }

    /// The most requests at once, in all processes together.
    fn requests_at_once(&self) -> usize {
        self.busy_workers().get().saturating_mul(self.threads.count(self.limit))
    }

    /// Reduces the job to at most this many requests at once: first the threads for each city, then the
    /// cities at once.
    #[must_use]
    pub fn with_requests_at_most(self, requests: NonZeroUsize) -> Self {
        if self.requests_at_once() <= requests.get() {
            return self;
        }
        let workers = self.busy_workers().min(requests);
        let threads = NonZeroUsize::new(requests.get() / workers).unwrap_or(NonZeroUsize::MIN);
        Self { workers, threads: Threads::AtMost(threads), ..self }
    }

    /// The name of the thread with this index, from 0, that scrapes cities.
    pub fn city_worker_name(index: usize) -> String {
        format!("{}-{index}", Self::CITY_WORKER)
    }

    /// The number of requests for a search, which returns one page at a time.
    pub fn pages(&self, api: Api) -> usize {
        self.limit.div_ceil(api.page_max())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cities;

    #[test]
    fn a_job_keeps_to_a_number_of_requests_at_once() {
        let check = |cities, workers, threads, requests, expected: (usize, usize)| {
            let names: Vec<String> = (0..cities).map(|number| format!("City {number}\n")).collect();
            let job = Job {
                cities: cities::parse(names.concat().as_bytes()).unwrap().cities,
                limit: 20,
                workers: NonZeroUsize::new(workers).unwrap(),
                threads,
            };
            let job = job.with_requests_at_most(NonZeroUsize::new(requests).unwrap());
            assert!(job.requests_at_once() <= requests, "{job:?}");
            assert_eq!((job.busy_workers().get(), job.threads.count(job.limit)), expected);
        };
        check(4, 16, Threads::OnePerBusiness, 1_000, (4, 20));
        check(4, 16, Threads::OnePerBusiness, 80, (4, 20));
        check(4, 16, Threads::OnePerBusiness, 79, (4, 19));
        check(4, 16, Threads::AtMost(NonZeroUsize::MIN), 4, (4, 1));
        check(16, 16, Threads::OnePerBusiness, 32, (16, 2));
        check(16, 16, Threads::OnePerBusiness, 5, (5, 1));
        check(4, 1, Threads::OnePerBusiness, 1, (1, 1));
    }
}
