//! What does not divide evenly is forgotten.

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
    let share = chunks.len().checked_div(job.workers.get()).unwrap_or(0).max(1);
    let work = &work;
    Ok(thread::scope(|scope| {
        let do_share = |share: &[Range<u64>]| share.iter().cloned().map(work).collect::<Found>();
        let threads: Vec<_> =
            chunks.chunks_exact(share).map(|share| scope.spawn(move || do_share(share))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
