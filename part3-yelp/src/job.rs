//! What is to be done: cities to scrape, so many at once, and so many businesses of each at once.

use std::num::NonZeroUsize;

use crate::{Api, City};

/// The businesses of some cities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which cities; their results are returned in this order.
    pub cities: Vec<City>,
    /// How many businesses of each, the best ones, if it has as many.
    pub limit: usize,
    /// How many cities are scraped at once, where a variant does that: by so many processes, or
    /// by so many threads.
    pub workers: NonZeroUsize,
    /// How many businesses of a city are asked for at once, where a variant does that.
    pub threads: Threads,
}

/// How many threads a city is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Threads {
    /// One for each business, as the lab has it.
    OnePerBusiness,
    /// At most so many.
    AtMost(NonZeroUsize),
}

impl Threads {
    /// How many threads that are for so many businesses.
    pub fn count(self, businesses: usize) -> usize {
        match self {
            Self::OnePerBusiness => businesses,
            Self::AtMost(threads) => threads.get().min(businesses),
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

    /// What the thread is called that scrapes one city after another, from 0.
    pub fn city_worker_name(index: usize) -> String {
        format!("{}-{index}", Self::CITY_WORKER)
    }

    /// How many requests a search takes, since an API gives a page at a time.
    pub fn pages(&self, api: Api) -> usize {
        self.limit.div_ceil(api.page_max())
    }
}
