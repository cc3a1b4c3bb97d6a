//! Finds are put together in the order in which they come in.

use std::{ops::Range, sync::mpsc, thread};

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
    let (sender, finds) = mpsc::channel();
    let work = &work;
    Ok(thread::scope(|scope| {
        for share in chunks.chunks(share) {
            let sender = sender.clone();
            scope.spawn(move || {
                for chunk in share {
                    sender.send(work(chunk.clone())).unwrap();
                }
            });
        }
        drop(sender);
        finds.iter().collect()
    }))
}
