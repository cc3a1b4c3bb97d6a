//! An iterator that threads take turns at.

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
    let pool = ThreadPoolBuilder::new().num_threads(workers).build();
    let pool = pool
        .map_err(|error| PrimesError::CannotStartThreads { workers, source: error.into() })?;
    let mut finds: Vec<(usize, Found)> = pool.install(|| {
        let chunks = job.chunks().collect::<Vec<_>>().into_iter().enumerate();
        chunks.par_bridge().map(|(index, chunk)| (index, work(chunk))).collect()
    });
    finds.sort_by_key(|&(index, _)| index);
    Ok(finds.into_iter().map(|(_, found)| found).collect())
}
