//! The exam of part 2: items to fetch, whose titles the examiner decides.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assignment {
    /// A thread for each item fetches it.
    Concurrent {
        /// The items.
        ids: Vec<u64>,
    },
    /// A pool fetches them.
    Pooled {
        /// The items.
        ids: Vec<u64>,
        /// How many threads it has.
        workers: NonZeroUsize,
    },
}

/// What becomes of an item: the answer to a piece of work, and a line of the result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemOutcome {
    /// It is fetched, and has this title.
    Titled(String),
    /// There is no such item.
    Missing,
    /// It cannot be fetched, for this reason.
    Failed(String),
    /// It is not tried to the end.
    Unfinished,
}

/// What is handed in: the items by their ids, or an error in words.
pub type ItemOutcomes = Result<Vec<(u64, ItemOutcome)>, String>;
