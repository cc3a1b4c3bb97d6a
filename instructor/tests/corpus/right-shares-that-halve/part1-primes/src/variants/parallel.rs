//! Each takes an eighth of what is left, so that shares get smaller and smaller.

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
    let next = Mutex::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..job.workers.get() {
            scope.spawn(|| {
                loop {
                    let share = {
                        let mut next = next.lock().unwrap();
                        let left = job.chunk_count() - *next;
                        let share = *next..*next + left.div_ceil(2 * job.workers.get() as u64);
                        *next = share.end;
                        share
                    };
                    if share.is_empty() {
                        break;
                    }
                    for index in share {
                        let found = work(job.chunk(index));
                        done.lock().unwrap().push((index, found));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|&(index, _)| index);
    Ok(done.into_iter().map(|(_, found)| found).collect())
}
