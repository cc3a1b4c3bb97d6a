//! The chunks are halved until there is a share for each thread.

use std::{ops::Range, thread};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job`.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    fn halve<Work: Fn(Range<u64>) -> Found + Sync>(
        job: &Job,
        work: &Work,
        chunks: Range<u64>,
        threads: usize,
    ) -> Found {
        if threads <= 1 {
            return chunks.map(|index| work(job.chunk(index))).collect();
        }
        let (left, right) = (threads / 2, threads - threads / 2);
        let middle = chunks.start + (chunks.end - chunks.start) * left as u64 / threads as u64;
        thread::scope(|scope| {
            let first = scope.spawn(|| halve(job, work, chunks.start..middle, left));
            let second = halve(job, work, middle..chunks.end, right);
            first.join().unwrap().merge(second)
        })
    }
    Ok(halve(job, &work, 0..job.chunk_count(), job.workers.get()))
}
