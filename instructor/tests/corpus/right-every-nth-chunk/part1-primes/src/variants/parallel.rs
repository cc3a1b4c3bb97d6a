//! Chunks are dealt out like cards: a thread does every nth of them.

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
    let workers = job.workers.get();
    let mut finds: Vec<(u64, Found)> = thread::scope(|scope| {
        let deal = move |first: u64| {
            let own = (first..job.chunk_count()).step_by(workers);
            own.map(|index| (index, work(job.chunk(index)))).collect::<Vec<_>>()
        };
        let threads: Vec<_> =
            (0..workers as u64).map(|first| scope.spawn(move || deal(first))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    finds.sort_by_key(|&(index, _)| index);
    Ok(finds.into_iter().map(|(_, found)| found).collect())
}
