//! As many threads as asked for at a time, each wave waited for as a whole.

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
    let chunks: Vec<_> = job.chunks().collect();
    let mut found = Found::default();
    for wave in chunks.chunks(job.workers.get()) {
        let finds: Vec<Found> = thread::scope(|scope| {
            let threads: Vec<_> =
                wave.iter().cloned().map(|chunk| scope.spawn(move || work(chunk))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        found = finds.into_iter().fold(found, Found::merge);
    }
    Ok(found)
}
