//! As many threads as asked for, and one of them does the work.

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
        let done = scope.spawn(|| job.chunks().map(&work).collect());
        let idle: Vec<_> = (1..job.workers.get()).map(|_| scope.spawn(thread::park)).collect();
        let found = done.join().unwrap();
        for thread in idle {
            thread.thread().unpark();
        }
        Ok(found)
    })
}
