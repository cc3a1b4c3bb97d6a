//! As many threads as asked for do a chunk each; the rest is done one after another.

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
    let (first, rest) = chunks.split_at(job.workers.get().min(chunks.len()));
    let first: Found = thread::scope(|scope| {
        let threads: Vec<_> =
            first.iter().cloned().map(|chunk| scope.spawn(move || work(chunk))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    Ok(rest.iter().cloned().map(work).fold(first, Found::merge))
}
