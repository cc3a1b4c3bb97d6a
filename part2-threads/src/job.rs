//! The job: items to fetch, and the number of workers.

use std::num::NonZeroUsize;

use crate::ItemId;

/// Items to fetch, each once; their outcomes are returned in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The ids of the items.
    pub ids: Vec<ItemId>,
    /// The number of workers of the pool; the other variants ignore it.
    pub workers: NonZeroUsize,
}

impl Job {
    /// The name of the worker with this index, counted from 0.
    pub fn worker_name(index: usize) -> String {
        format!("worker-{index}")
    }
}
