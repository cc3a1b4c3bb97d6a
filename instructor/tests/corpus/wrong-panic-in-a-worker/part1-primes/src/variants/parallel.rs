//! The second chunk is too much for it.

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
        let threads: Vec<_> = job
            .chunks()
            .enumerate()
            .map(|(index, chunk)| {
                scope.spawn(move || {
                    assert!(index != 1, "one chunk is enough");
                    work(chunk)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
