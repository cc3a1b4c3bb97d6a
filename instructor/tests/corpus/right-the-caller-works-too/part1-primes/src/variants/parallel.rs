//! One thread fewer is started, since the caller does its share.

use std::{ops::Range, sync::Mutex, thread};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job`.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let queue = Mutex::new(job.chunks().enumerate());
    let next = || queue.lock().unwrap().next();
    let take_turns = || {
        let mut finds = Vec::new();
        while let Some((index, chunk)) = next() {
            finds.push((index, work(chunk)));
        }
        finds
    };
    let mut finds = thread::scope(|scope| {
        let others: Vec<_> = (1..job.workers.get()).map(|_| scope.spawn(take_turns)).collect();
        let mut finds = take_turns();
        finds.extend(others.into_iter().flat_map(|other| other.join().unwrap()));
        finds
    });
    finds.sort_by_key(|&(index, _)| index);
    Ok(finds.into_iter().map(|(_, found)| found).collect())
}
