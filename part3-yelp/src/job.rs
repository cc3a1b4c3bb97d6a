//! What is to be done: cities to scrape, how many at once, and how many businesses of each at once.

use std::num::NonZeroUsize;

use crate::{Api, City};

/// The businesses of some cities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which cities; their results are returned in this order.
    pub cities: Vec<City>,
    /// How many businesses of each, the best ones, if it has as many.
    pub limit: usize,
    /// How many cities are scraped at once, where a variant does that: by as many processes, or
    /// by as many threads.
    pub workers: NonZeroUsize,
    /// How many businesses of a city are asked for at once, where a variant does that.
    pub threads: Threads,
}

/// How many threads a city is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Threads {
    /// One for each business, as the lab has it.
    OnePerBusiness,
    /// At most this many.
    AtMost(NonZeroUsize),
    /// None: one business after another.
    OneByOne,
}

impl Threads {
    /// How many threads that are for `businesses` businesses.
    pub fn count(self, businesses: usize) -> usize {
        match self {
            Self::OnePerBusiness => businesses,
            Self::AtMost(threads) => threads.get().min(businesses),
            Self::OneByOne => businesses.min(1),
        }
    }
}

impl Job {
    /// What threads are called that scrape one city after another; a number follows.
    pub(crate) const CITY_WORKER: &str = "cities";

    /// How many workers have something to do.
    pub fn busy_workers(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.cities.len())
            .map_or(NonZeroUsize::MIN, |some| some.min(self.workers))
    }

    /// How many requests there may be at once, in all processes together.
    fn requests_at_once(&self) -> usize {
        self.busy_workers().get().saturating_mul(self.threads.count(self.limit))
    }

    /// The same job with at most this many requests at once: with fewer threads for each city, and
    /// with fewer cities at once only if one thread for each is too many.
    #[must_use]
    pub fn with_requests_at_most(self, requests: NonZeroUsize) -> Self {
        if self.requests_at_once() <= requests.get() {
            return self;
        }
        let workers = self.busy_workers().min(requests);
        let threads = NonZeroUsize::new(requests.get() / workers).unwrap_or(NonZeroUsize::MIN);
        Self { workers, threads: Threads::AtMost(threads), ..self }
    }

    /// What the thread is called that scrapes one city after another, from 0.
    pub fn city_worker_name(index: usize) -> String {
        format!("{}-{index}", Self::CITY_WORKER)
    }

    /// How many requests a search takes, since an API gives a page at a time.
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
