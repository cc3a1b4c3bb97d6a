//! Halves, and halves of halves, which idle threads steal.

use std::ops::Range;

use rayon::ThreadPoolBuilder;

use crate::{Found, Job, PrimesError};

fn halve(job: &Job, chunks: Range<u64>, work: &(impl Fn(Range<u64>) -> Found + Sync)) -> Found {
    match chunks.end - chunks.start {
        0 => Found::default(),
        1 => work(job.chunk(chunks.start)),
        length => {
            let middle = chunks.start + length / 2;
            let lower = || halve(job, chunks.start..middle, work);
            let (lower, higher) = rayon::join(lower, || halve(job, middle..chunks.end, work));
            lower.merge(higher)
        }
    }
}

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
    Ok(pool.install(|| halve(job, 0..job.chunk_count(), &work)))
}
