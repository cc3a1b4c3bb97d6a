//! The first half of the chunks on threads, the second half on the main thread.

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
    let work = &work;
    let chunks: Vec<_> = job.chunks().collect();
    let (first, second) = chunks.split_at(chunks.len() / 2);
    let share = first.len().div_ceil(job.workers.get()).max(1);
    let first: Found = thread::scope(|scope| {
        let threads: Vec<_> = first
            .chunks(share)
            .map(|share| scope.spawn(|| share.iter().cloned().map(work).collect::<Found>()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    Ok(second.iter().cloned().map(work).fold(first, Found::merge))
}
