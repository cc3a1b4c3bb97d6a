//! Each thread writes the answer over that of the others.

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
    let chunks: Vec<Range<u64>> = job.chunks().collect();
    let answer = Mutex::new(Found::default());
    let share = chunks.len().div_ceil(job.workers.get()).max(1);
    thread::scope(|scope| {
        for share in chunks.chunks(share) {
            let (work, answer) = (&work, &answer);
            scope.spawn(move || {
                let found = share.iter().cloned().map(work).collect();
                *answer.lock().unwrap() = found;
            });
        }
    });
    Ok(answer.into_inner().unwrap())
}
