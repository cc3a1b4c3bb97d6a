//! The last chunk has one number too many.

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
    let pool = ThreadPoolBuilder::new().num_threads(job.workers.get()).build().unwrap();
    let last = job.chunk_count().saturating_sub(1);
    let chunks = (0..job.chunk_count()).into_par_iter().map(|index| {
        let chunk = job.chunk(index);
        if index == last { chunk.start..chunk.end + 1 } else { chunk }
    });
    Ok(pool.install(|| chunks.map(&work).reduce(Found::default, Found::merge)))
}
