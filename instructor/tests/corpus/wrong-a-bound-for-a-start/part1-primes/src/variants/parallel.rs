//! Keeps to the number of workers for a few chunks, and then has a thread for each.

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
    let workers = job.workers.get();
    let (first, rest) = chunks.split_at((4 * workers).min(chunks.len()));
    let mut found = Found::default();
    let mut at_once = |chunks: &[Range<u64>]| {
        found = thread::scope(|scope| {
            let threads: Vec<_> =
                chunks.iter().cloned().map(|chunk| scope.spawn(move || work(chunk))).collect();
            let finds = threads.into_iter().map(|thread| thread.join().unwrap());
            finds.fold(std::mem::take(&mut found), Found::merge)
        });
    };
    first.chunks(workers).for_each(&mut at_once);
    at_once(rest);
    Ok(found)
}
