//! Threads that divide the work, and steal from each other when they have none left (rayon).

use std::ops::Range;

// BEGIN SOLUTION
use rayon::{ThreadPoolBuilder, prelude::*};

use crate::Variant;
// END SOLUTION
use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` on a pool of threads that share the chunks by work stealing.
///
/// # Errors
/// When the threads cannot be started.
///
/// # Panics
/// When `work` panics on any of the threads: without all chunks, there is no answer.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    // BEGIN SOLUTION(job, work): call `work` for every chunk of `job`, on `job.workers` threads at
    // once, and merge what it finds in the order of the chunks
    let workers = Variant::Parallel.workers(job);
    let pool = ThreadPoolBuilder::new()
        .num_threads(workers)
        .thread_name(Job::worker_name)
        .build()
        .map_err(|error| PrimesError::CannotStartThreads {
            workers,
            source: error.to_string().into(),
        })?;
    let chunks = (0..job.chunk_count()).into_par_iter().map(|index| job.chunk(index));
    // Without the fuse, other threads would go on with their chunks after a panic.
    let found = chunks.map(&work).panic_fuse();
    Ok(pool.install(|| found.reduce(Found::default, Found::merge)))
    // END SOLUTION
}
