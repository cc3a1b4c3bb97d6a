//! Errors that leave a run without an answer.

use std::io;

use report::Unwritten;

use crate::ItemId;

/// An error that leaves a run without a reliable answer.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The system does not allow as many threads.
    #[error(
        "cannot start {threads} threads (use --variant pooled, ask for fewer --ids or --workers, \
         or raise the limits on threads and memory: ulimit -u, ulimit -v)"
    )]
    CannotStartThreads {
        /// The requested number of threads.
        threads: usize,
        /// The error of the operating system.
        source: io::Error,
    },
    /// All requested variants are unimplemented exercises.
    #[error(transparent)]
    Unwritten(Unwritten),
    /// A variant returns other items than requested, or in another order.
    #[error("{variant} does not return each item of `job.ids` once, in that order")]
    OutOfOrder {
        /// The variant.
        variant: &'static str,
    },
    /// Two variants disagree.
    #[error(
        "{variant} and {reference} fetched different items for id {id}: check that each outcome \
         belongs to its id"
    )]
    Disagreement {
        /// The variant that differs.
        variant: &'static str,
        /// The variant that got it first.
        reference: &'static str,
        /// The item about which they differ.
        id: ItemId,
    },
}
