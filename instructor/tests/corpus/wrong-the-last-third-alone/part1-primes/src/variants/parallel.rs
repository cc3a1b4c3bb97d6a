//! A pool for two thirds of the chunks; the calling thread does the last third.

use std::ops::Range;

use rayon::{ThreadPoolBuilder, prelude::*};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job`.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get();
    let pool = ThreadPoolBuilder::new().num_threads(workers).build().map_err(|error| {
        PrimesError::CannotStartThreads { workers, source: error.to_string().into() }
    })?;
    let chunks: Vec<Range<u64>> = job.chunks().collect();
    let (most, rest) = chunks.split_at(chunks.len() - chunks.len() / 3);
    let lower =
        pool.install(|| most.par_iter().cloned().map(&work).reduce(Found::default, Found::merge));
    Ok(rest.iter().cloned().map(work).fold(lower, Found::merge))
}
