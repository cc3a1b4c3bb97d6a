//! What can keep a variant from its answer as a whole.

use std::io;

use document_store::StoreError;
use process_pool::PoolError;
use report::Unwritten;

use crate::credentials::CredentialsError;

/// Why there is no answer that can be relied on.
#[derive(Debug, thiserror::Error)]
pub enum ScrapeError {
    /// Not as many threads can be started as were asked for.
    #[error(
        "cannot start {threads} threads (ask for fewer --threads or --workers, or raise the \
         limits on threads and memory: ulimit -u, ulimit -v)"
    )]
    CannotStartThreads {
        /// How many were asked for.
        threads: usize,
        /// What the system said.
        source: io::Error,
    },
    /// The pool of worker processes could not be started.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no credentials to use.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// A variant answers for other cities than it was asked for, or not in their order.
    #[error("{variant} does not return its cities in the order in which they were asked for")]
    OutOfOrder {
        /// The variant.
        variant: &'static str,
    },
    /// Two variants, one result too many.
    #[error("{variant} stored other documents than {reference}: one of them mixes up its answers")]
    Disagreement {
        /// The variant that differs.
        variant: &'static str,
        /// The variant that ran first.
        reference: &'static str,
    },
    /// Nothing of what was asked for is written yet.
    #[error(transparent)]
    Unwritten(Unwritten),
}
