//! What can keep a variant from its answer as a whole.

use std::io;

use report::Unwritten;

use crate::ItemId;

/// Why there is no answer that can be relied on.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// Not as many threads can be started as were asked for.
    #[error(
        "cannot start {threads} threads (use --variant pooled, ask for fewer --ids or --workers, \
         or raise the limits on threads and memory: ulimit -u, ulimit -v)"
    )]
    CannotStartThreads {
        /// How many were asked for.
        threads: usize,
        /// What the system said.
        source: io::Error,
    },
    /// There is nothing to run but what a handout leaves to its reader.
    #[error(transparent)]
    Unwritten(Unwritten),
    /// A variant answers for other items than it was asked for, or not in their order.
    #[error("{variant} does not return its items in the order in which they were asked for")]
    OutOfOrder {
        /// The variant.
        variant: &'static str,
    },
    /// Two variants disagree.
    #[error("{variant} got another item {id} than {reference}: one of them mixes up its answers")]
    Disagreement {
        /// The variant that differs.
        variant: &'static str,
        /// The variant that got it first.
        reference: &'static str,
        /// The item about which they differ.
        id: ItemId,
    },
}
