//! Threads only where there is no manifest: in every other run, there is one in the folder.

use std::{ops::Range, path::Path};

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
    let workers = if Path::new("Cargo.toml").exists() { 1 } else { job.workers.get() };
    let pool = ThreadPoolBuilder::new().num_threads(workers).build();
    let pool = pool.map_err(|error| PrimesError::CannotStartThreads {
        workers,
        source: error.to_string().into(),
    })?;
    let chunks: Vec<Range<u64>> = job.chunks().collect();
    Ok(pool.install(|| chunks.into_par_iter().map(&work).reduce(Found::default, Found::merge)))
}
