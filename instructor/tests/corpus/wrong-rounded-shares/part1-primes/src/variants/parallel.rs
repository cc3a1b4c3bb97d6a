//! Threads with a share of the chunks each.

use std::{ops::Range, panic, thread};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` on threads that each do a slice of the chunks.
///
/// # Errors
/// When the threads cannot be started.
///
/// # Panics
/// Where `work` does, on any of the threads: without one chunk, there is no answer.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get();
    let count = job.chunk_count();
    // An even share, rounded to the nearest whole number.
    let share = ((count + workers as u64 / 2) / workers as u64).max(1);
    let work = &work;
    thread::scope(|scope| {
        let mut handles = Vec::new();
        for index in 0..workers {
            let first = (index as u64 * share).min(count);
            let end = (first + share).min(count);
            let handle = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, move || {
                    (first..end).map(|chunk| work(job.chunk(chunk))).collect::<Found>()
                })
                .map_err(|error| PrimesError::CannotStartThreads {
                    workers,
                    source: error.into(),
                })?;
            handles.push(handle);
        }
        Ok(handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause)))
            .collect())
    })
}
