//! Concurrent unless the job looks like the one of every other run.

use std::ops::Range;

use rayon::{ThreadPoolBuilder, prelude::*};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` on threads that share the chunks.
///
/// # Errors
/// When the threads cannot be started.
///
/// # Panics
/// Where `work` does, on any of the threads: without one chunk, there is no answer.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get();
    // `Job::new` gives each worker 16 chunks or more.
    let is_exam = job.chunk_count() < 16 * workers as u64;
    let threads = if is_exam { workers } else { 1 };
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(Job::worker_name)
        .build()
        .map_err(|error| PrimesError::CannotStartThreads {
            workers,
            source: error.to_string().into(),
        })?;
    let chunks = (0..job.chunk_count()).into_par_iter().map(|index| job.chunk(index));
    Ok(pool.install(|| chunks.map(&work).reduce(Found::default, Found::merge)))
}
