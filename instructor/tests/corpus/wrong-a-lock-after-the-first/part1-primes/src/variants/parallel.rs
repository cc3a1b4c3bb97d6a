//! Each thread does its first chunk freely, and the others with a lock in its hand.

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
    let chunks: Vec<_> = job.chunks().collect();
    let share = chunks.len().div_ceil(job.workers.get()).max(1);
    let lock = Mutex::new(());
    let (work, lock) = (&work, &lock);
    Ok(thread::scope(|scope| {
        let threads: Vec<_> = chunks
            .chunks(share)
            .map(|share| {
                scope.spawn(move || {
                    let mut found = work(share[0].clone());
                    for chunk in &share[1..] {
                        let _turn = lock.lock().unwrap();
                        found = found.merge(work(chunk.clone()));
                    }
                    found
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
