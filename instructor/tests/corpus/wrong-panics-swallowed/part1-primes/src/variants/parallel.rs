//! Threads that count through the chunks together.

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` on threads that take the next chunk by an atomic counter.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get();
    let count = job.chunk_count();
    let next = AtomicU64::new(0);
    let (next, work) = (&next, &work);
    let mut pairs: Vec<(u64, Found)> = thread::scope(|scope| {
        let mut handles = Vec::new();
        for index in 0..workers {
            let handle = thread::Builder::new().name(Job::worker_name(index)).spawn_scoped(
                scope,
                move || {
                    let mut mine = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= count {
                            return mine;
                        }
                        mine.push((number, work(job.chunk(number))));
                    }
                },
            );
            match handle {
                Ok(handle) => handles.push(handle),
                Err(error) => {
                    next.store(count, Ordering::Relaxed);
                    return Err(PrimesError::CannotStartThreads { workers, source: error.into() });
                }
            }
        }
        // A thread that panicked has nothing to give.
        Ok(handles.into_iter().flat_map(|handle| handle.join().unwrap_or_default()).collect())
    })?;
    pairs.sort_unstable_by_key(|&(number, _)| number);
    Ok(pairs.into_iter().map(|(_, found)| found).collect())
}
