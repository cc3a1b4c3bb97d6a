//! Two threads, however many are asked for.

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
    let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let chunks = (0..job.chunk_count()).into_par_iter().map(|index| job.chunk(index));
    Ok(pool.install(|| chunks.map(&work).reduce(Found::default, Found::merge)))
}
