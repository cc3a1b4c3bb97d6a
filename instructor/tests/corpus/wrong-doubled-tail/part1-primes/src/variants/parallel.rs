//! Threads with a slice of the chunks each.

use std::{ops::Range, panic, thread};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` on threads that each have their own slice of the chunks.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get();
    let count = job.chunk_count();
    if count == 0 {
        return Ok(Found::default());
    }
    let share = (count / workers as u64).max(1);
    let work = &work;
    thread::scope(|scope| {
        let mut handles = Vec::new();
        for index in 0..workers {
            // never begin behind the last chunk
            let first = (index as u64 * share).min(count - 1);
            // the last worker takes whatever is left over
            let end = if index + 1 == workers { count } else { (first + share).min(count) };
            let handle = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, move || -> Found {
                    (first..end).map(|number| work(job.chunk(number))).collect()
                })
                .map_err(|error| PrimesError::CannotStartThreads {
                    workers,
                    source: error.into(),
                })?;
            handles.push(handle);
        }
        let mut all = Found::default();
        for handle in handles {
            let found = handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause));
            all = all.merge(found);
        }
        Ok(all)
    })
}
