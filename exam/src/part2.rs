//! The exam of part 2: the examiner decides the titles of items.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

/// The assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assignment {
    /// A thread for each item fetches it.
    Concurrent {
        /// The ids of the items.
        ids: Vec<u64>,
    },
    /// A pool fetches them.
    Pooled {
        /// The ids of the items.
        ids: Vec<u64>,
        /// The number of threads.
        workers: NonZeroUsize,
    },
}

/// The outcome of an item: the answer to a piece of work, and a part of the result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemOutcome {
    /// The item is fetched, and has this title.
    Titled(String),
    /// The item does not exist.
    Missing,
    /// The item cannot be fetched, for this reason.
    Failed(String),
    /// The item is not tried to the end.
    Unfinished,
}

/// The result of the exam: the outcomes of the items by their ids, or an error.
pub type ItemOutcomes = Result<Vec<(u64, ItemOutcome)>, String>;
