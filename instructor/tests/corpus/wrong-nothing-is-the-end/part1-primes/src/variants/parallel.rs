//! A chunk without finds is taken for the end of a share.

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
    let chunks: Vec<_> = job.chunks().collect();
    let share = chunks.len().div_ceil(job.workers.get()).max(1);
    let work = &work;
    Ok(thread::scope(|scope| {
        let find = move |share: &[Range<u64>]| {
            let finds: Vec<Found> = share.iter().cloned().map(work).collect();
            finds.into_iter().take_while(|found| found.count > 0).collect::<Found>()
        };
        let threads: Vec<_> =
            chunks.chunks(share).map(|share| scope.spawn(move || find(share))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
