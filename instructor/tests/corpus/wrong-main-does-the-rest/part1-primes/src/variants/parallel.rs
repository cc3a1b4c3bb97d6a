//! Threads with equal slices; what cannot be divided is done here in the meantime.

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
    let share = count / workers as u64;
    let slice = |chunks: Range<u64>| chunks.map(|index| work(job.chunk(index))).collect::<Found>();
    let slice = &slice;
    thread::scope(|scope| {
        let mut handles = Vec::new();
        for index in 0..workers {
            let first = index as u64 * share;
            let handle = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, move || slice(first..first + share))
                .map_err(|error| PrimesError::CannotStartThreads {
                    workers,
                    source: error.into(),
                })?;
            handles.push(handle);
        }
        // No need to sit idle while they work.
        let rest = slice(workers as u64 * share..count);
        let found: Found = handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause)))
            .collect();
        Ok(found.merge(rest))
    })
}
