//! Errors that leave a run without an answer.

use std::io;

use document_store::StoreError;
use job_array::JobArrayError;
use process_pool::PoolError;
use report::Unwritten;

use crate::credentials::CredentialsError;

/// An error that leaves a run without a reliable answer.
#[derive(Debug, thiserror::Error)]
pub enum ScrapeError {
    /// The system does not allow as many threads.
    #[error(
        "cannot start {threads} threads (ask for fewer --threads or --workers, or raise the \
         limits on threads and memory: ulimit -u, ulimit -v)"
    )]
    CannotStartThreads {
        /// The requested number of threads.
        threads: usize,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The pool of worker processes could not be started.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The credentials are missing or unusable.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The files of a plan cannot be used.
    #[error(transparent)]
    JobArray(#[from] JobArrayError),
    /// A variant returns other cities than requested, or in another order.
    #[error("{variant} does not return each city of `job.cities` once, in that order")]
    OutOfOrder {
        /// The variant.
        variant: &'static str,
    },
    /// Two variants disagree.
    #[error(
        "{variant} stored other documents than {reference}: check that each document belongs to its \
         business and city"
    )]
    Disagreement {
        /// The variant that differs.
        variant: &'static str,
        /// The variant that ran first.
        reference: &'static str,
    },
    /// All requested variants are unimplemented exercises.
    #[error(transparent)]
    Unwritten(Unwritten),
}
