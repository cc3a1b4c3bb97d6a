//! What can keep a variant from its answer.

use std::error::Error;

use process_pool::PoolError;
use report::Unwritten;

/// Why there is no answer that can be relied on.
#[derive(Debug, thiserror::Error)]
pub enum PrimesError {
    /// The range goes on where the sieve ends.
    #[error(
        "cannot sieve up to {to}: the sieve ends at {end} (use --method strong, which goes on to \
         the largest number of 64 bits)",
        end = sieve::END
    )]
    BeyondTheSieve {
        /// The end of the numbers, itself left out.
        to: u64,
    },
    /// Not as many threads can be started as were asked for.
    #[error(
        "cannot start {workers} worker threads (ask for fewer --workers, or raise the limit on \
         processes and threads: ulimit -u)"
    )]
    CannotStartThreads {
        /// How many were asked for.
        workers: usize,
        /// What the system, or rayon, said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The pool of worker processes could not be started, or lost a chunk.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// There is nothing to run but what a handout leaves to its reader.
    #[error(transparent)]
    Unwritten(Unwritten),
    /// Two variants disagree.
    #[error(
        "{variant} found other primes ({found}) than {reference} ({expected}): one of them is \
         wrong; run each with --print and compare"
    )]
    Disagreement {
        /// The variant that differs.
        variant: &'static str,
        /// How many primes it found.
        found: u64,
        /// The variant that ran first.
        reference: &'static str,
        /// How many primes that one found.
        expected: u64,
    },
}
