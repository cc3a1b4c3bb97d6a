//! Threads, each waited for before the next.

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
    Ok(thread::scope(|scope| {
        job.chunks().map(|chunk| scope.spawn(move || work(chunk)).join().unwrap()).collect()
    }))
}
