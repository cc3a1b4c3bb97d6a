//! Rayon's `broadcast`: one long errand on each thread of the pool, and a shared counter.

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};

use rayon::ThreadPoolBuilder;

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` on all threads of a pool, each of which takes the next chunk.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get();
    let pool = ThreadPoolBuilder::new()
        .num_threads(workers)
        .thread_name(Job::worker_name)
        .build()
        .map_err(|error| PrimesError::CannotStartThreads { workers, source: error.into() })?;
    let count = job.chunk_count();
    let next = AtomicU64::new(0);
    let per_thread: Vec<Vec<(u64, Found)>> = pool.broadcast(|_| {
        let mut mine = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return mine;
            }
            mine.push((number, work(job.chunk(number))));
        }
    });
    let mut pairs: Vec<(u64, Found)> = per_thread.into_iter().flatten().collect();
    pairs.sort_unstable_by_key(|&(number, _)| number);
    Ok(pairs.into_iter().map(|(_, found)| found).collect())
}
