//! Two locks, taken in two orders, each held while the other is waited for.

use std::{
    ops::Range,
    sync::{Barrier, Mutex},
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
    let (one, other, both) = (Mutex::new(()), Mutex::new(()), Barrier::new(2));
    thread::scope(|scope| {
        for (first, second) in [(&one, &other), (&other, &one)] {
            let both = &both;
            scope.spawn(move || {
                let _first = first.lock();
                both.wait();
                let _second = second.lock();
            });
        }
    });
    Ok(job.chunks().map(work).collect())
}
