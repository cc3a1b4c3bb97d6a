//! What is to be done: items to fetch, and by how many workers.

use std::num::NonZeroUsize;

use crate::ItemId;

/// Items to fetch, each once, and their results to be returned in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which items.
    pub ids: Vec<ItemId>,
    /// How many workers a pool has; the other variants have as many as they need.
    pub workers: NonZeroUsize,
}

impl Job {
    /// What the worker of a pool with this index, from 0, is called.
    pub fn worker_name(index: usize) -> String {
        format!("worker-{index}")
    }
}
