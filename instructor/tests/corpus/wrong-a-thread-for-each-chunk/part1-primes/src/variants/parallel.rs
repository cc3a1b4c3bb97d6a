//! A thread for each chunk, whatever the job says.

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
        let threads: Vec<_> = job.chunks().map(|chunk| scope.spawn(move || work(chunk))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
