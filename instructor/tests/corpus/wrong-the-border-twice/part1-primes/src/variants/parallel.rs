//! Each share begins where the one before ends.

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
    let chunks: Vec<Range<u64>> = job.chunks().collect();
    let share = chunks.len().div_ceil(job.workers.get()).max(1);
    let work = &work;
    Ok(thread::scope(|scope| {
        let shares = (0..chunks.len()).step_by(share);
        let shares = shares.map(|start| &chunks[start..(start + share + 1).min(chunks.len())]);
        let threads: Vec<_> = shares
            .map(|share| scope.spawn(move || share.iter().cloned().map(work).collect::<Found>()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
