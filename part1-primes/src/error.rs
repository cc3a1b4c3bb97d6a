//! Errors that leave a run without an answer.

use std::{error::Error, io, path::PathBuf};

use job_array::JobArrayError;
use message::number::grouped;
use process_pool::PoolError;
use report::Unwritten;

/// An error that leaves a run without a reliable answer.
#[derive(Debug, thiserror::Error)]
pub enum PrimesError {
    /// The range ends before it starts.
    #[error(
        "cannot search from {} up to {}: the range ends before it starts",
        grouped(*from),
        grouped(*to)
    )]
    InvertedRange {
        /// The start of the range.
        from: u64,
        /// The end of the range, which is not part of it.
        to: u64,
    },
    /// The range goes beyond the largest number that can be counted without a sieve.
    #[error(
        "cannot count up to {} without a sieve: --method count ends at {} (use --method sieve)",
        grouped(*to),
        grouped(sieve::PRIME_COUNT_MAX)
    )]
    BeyondTheCount {
        /// The end of the range, which is not part of it.
        to: u64,
    },
    /// The primes themselves are wanted of a method that only counts.
    #[error(
        "cannot list or sum the primes by --method count, which visits no number (add --count, \
         without --print, or use --method sieve)"
    )]
    OnlyCounts,
    /// A method that visits no number is to be divided among many machines.
    #[error(
        "cannot divide the work of --method count: it visits no number, so there is nothing to hand \
         out (run it on one machine, without a plan, or use --method sieve)"
    )]
    NothingToShare,
    /// The system does not allow as many threads.
    #[error(
        "cannot start {} worker threads (ask for fewer --workers, or raise the limit on processes \
         and threads: ulimit -u)",
        grouped(*workers as u64)
    )]
    CannotStartThreads {
        /// The requested number of threads.
        workers: usize,
        /// The error of the operating system, or of rayon.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The pool of worker processes could not be started, or lost a chunk.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// All requested variants are unimplemented exercises.
    #[error(transparent)]
    Unwritten(Unwritten),
    /// A shard of a plan could not be done, or the plan is none.
    #[error(transparent)]
    JobArray(#[from] JobArrayError),
    /// The lists cannot be printed.
    #[error("cannot print the primes")]
    CannotPrint(#[source] io::Error),
    /// A list changed while it was printed.
    #[error("{} changed while it was printed: merge again", path.display())]
    ListChanged {
        /// The file with the list.
        path: PathBuf,
    },
    /// Two variants disagree.
    #[error(
        "{variant} found other primes ({}) than {reference} ({}): one of them is wrong; compare \
         their lists, which --print shows of one --variant (--count and --method count have none)",
        grouped(*found),
        grouped(*expected)
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
