//! A ring of channels: worker `i` of `w` does the chunks i, i + w, i + 2w and so on, and the caller goes
//! round the ring and takes one find from each.

use std::{ops::Range, panic, thread};

use crossbeam::channel;

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` on threads that are dealt the chunks like cards.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get();
    let work = &work;
    thread::scope(|scope| {
        // If this is left early, the receivers go, and workers end after the chunk they are at.
        let mut ring = Vec::with_capacity(workers);
        let mut handles = Vec::with_capacity(workers);
        for index in 0..workers {
            let (give, take) = channel::unbounded();
            let handle = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, move || {
                    let mut number = index as u64;
                    while number < job.chunk_count() {
                        if give.send(work(job.chunk(number))).is_err() {
                            return;
                        }
                        let Some(next) = number.checked_add(workers as u64) else { return };
                        number = next;
                    }
                })
                .map_err(|error| PrimesError::CannotStartThreads {
                    workers,
                    source: error.into(),
                })?;
            ring.push(take);
            handles.push(handle);
        }
        let mut all = Found::default();
        for (_, take) in (0..job.chunk_count()).zip(ring.iter().cycle()) {
            // It closes early only if its worker has panicked, which `join` tells below.
            let Ok(found) = take.recv() else { break };
            all = all.merge(found);
        }
        drop(ring);
        for handle in handles {
            handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause));
        }
        Ok(all)
    })
}
