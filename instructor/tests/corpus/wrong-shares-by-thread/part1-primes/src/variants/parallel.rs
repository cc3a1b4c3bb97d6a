//! Threads count on, and their finds are put together thread by thread.

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job`.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let next = AtomicU64::new(0);
    let count_on = || {
        let mut found = Found::default();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= job.chunk_count() {
                break found;
            }
            found = found.merge(work(job.chunk(index)));
        }
    };
    Ok(thread::scope(|scope| {
        let threads: Vec<_> = (0..job.workers.get()).map(|_| scope.spawn(count_on)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
