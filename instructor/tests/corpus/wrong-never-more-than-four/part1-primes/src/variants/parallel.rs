//! As many threads as are asked for, but never more than four.

use std::ops::Range;

use rayon::{ThreadPoolBuilder, prelude::*};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` on a pool of threads that share the chunks by work stealing.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get().min(4);
    let pool = ThreadPoolBuilder::new()
        .num_threads(workers)
        .thread_name(Job::worker_name)
        .build()
        .map_err(|error| PrimesError::CannotStartThreads { workers, source: error.into() })?;
    let chunks = (0..job.chunk_count()).into_par_iter().map(|index| job.chunk(index));
    Ok(pool.install(|| chunks.map(&work).reduce(Found::default, Found::merge)))
}
