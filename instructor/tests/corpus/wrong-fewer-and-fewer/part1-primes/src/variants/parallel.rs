//! A thread that has done two chunks ends, all but one.

use std::{
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
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
    let (next, done) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let (work, next, done_ref) = (&work, &next, &done);
    thread::scope(|scope| {
        for worker in 0..job.workers.get() {
            scope.spawn(move || {
                let mut turns = 0;
                while worker == 0 || turns < 2 {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= job.chunk_count() {
                        break;
                    }
                    let found = work(job.chunk(index));
                    done_ref.lock().unwrap().push((index, found));
                    turns += 1;
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|&(index, _)| index);
    Ok(done.into_iter().map(|(_, found)| found).collect())
}
