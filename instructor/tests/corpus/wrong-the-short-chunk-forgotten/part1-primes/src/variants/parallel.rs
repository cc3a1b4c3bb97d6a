//! The finds of a last chunk that is shorter than the others are left out.

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
    let whole = |chunk: &Range<u64>| chunk.end - chunk.start == job.chunk.get();
    let whole = &whole;
    Ok(thread::scope(|scope| {
        let find = move |share: &[Range<u64>]| {
            let finds = share.iter().map(|chunk| (whole(chunk), work(chunk.clone())));
            finds.filter(|(whole, _)| *whole).map(|(_, found)| found).collect::<Found>()
        };
        let threads: Vec<_> =
            chunks.chunks(share).map(|share| scope.spawn(move || find(share))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
