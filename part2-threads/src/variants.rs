//! The three ways to fetch the items; the only place of this crate that starts threads.

mod concurrent;
mod pooled;
mod sequential;

pub use self::{
    concurrent::request_concurrent, pooled::request_pooled, sequential::request_sequential,
};
use crate::{ItemId, Job, Outcome, RequestError};

/// A way to fetch the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// One item after another, on the main thread.
    Sequential,
    /// A thread for each URL, named after its item.
    Concurrent,
    /// A few named threads, and a queue from which they take ids.
    Pooled,
}

impl Variant {
    /// Every variant, the baseline first.
    pub const ALL: [Self; 3] = [Self::Sequential, Self::Concurrent, Self::Pooled];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequential => "sequential",
            Self::Concurrent => "concurrent",
            Self::Pooled => "pooled",
        }
    }

    /// How many requests it has under way at once.
    pub fn workers(self, job: &Job) -> usize {
        match self {
            Self::Sequential => 1,
            Self::Concurrent => job.ids.len(),
            Self::Pooled => job.workers.get(),
        }
    }

    /// Fetches the items of `job`, each with `fetch`; the outcomes are in the order of the ids.
    ///
    /// # Errors
    /// When the threads cannot be started.
    pub fn request(
        self,
        job: &Job,
        fetch: impl Fn(ItemId) -> Outcome + Sync,
    ) -> Result<Vec<Outcome>, RequestError> {
        // One type for every way to fetch, so that a variant cannot tell an exam from another run.
        let fetch: &(dyn Fn(ItemId) -> Outcome + Sync) = &fetch;
        match self {
            Self::Sequential => request_sequential(job, fetch),
            Self::Concurrent => request_concurrent(job, fetch),
            Self::Pooled => request_pooled(job, fetch),
        }
    }
}
