//! Threads that take the lock before they work.

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
    let done = Mutex::new((job.chunks().enumerate(), Vec::new()));
    thread::scope(|scope| {
        for _ in 0..job.workers.get() {
            scope.spawn(|| {
                loop {
                    let mut done = done.lock().unwrap();
                    let Some((index, chunk)) = done.0.next() else { break };
                    let found = work(chunk);
                    done.1.push((index, found));
                }
            });
        }
    });
    let mut finds = done.into_inner().unwrap().1;
    finds.sort_by_key(|&(index, _)| index);
    Ok(finds.into_iter().map(|(_, found)| found).collect())
}
