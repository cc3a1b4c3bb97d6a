//! Writes a gigabyte.

use std::ops::Range;

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job`.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    for _ in 0..1 << 20 {
        println!("{:1024}", "x");
    }
    Ok(job.chunks().map(work).collect())
}
