//! The main thread asks again and again whether the others are done.

use std::{
    hint,
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
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
    let (next, ended, done) = (AtomicU64::new(0), AtomicUsize::new(0), Mutex::new(Vec::new()));
    let count_on = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= job.chunk_count() {
                break;
            }
            let found = work(job.chunk(index));
            done.lock().unwrap().push((index, found));
        }
        ended.fetch_add(1, Ordering::Release);
    };
    thread::scope(|scope| {
        for _ in 0..job.workers.get() {
            scope.spawn(count_on);
        }
        while ended.load(Ordering::Acquire) < job.workers.get() {
            hint::spin_loop();
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|&(index, _)| index);
    Ok(done.into_iter().map(|(_, found)| found).collect())
}
