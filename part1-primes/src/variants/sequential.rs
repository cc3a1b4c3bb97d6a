//! One chunk after another, on the calling thread: the baseline of the comparison.

use std::ops::Range;

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` one number after another.
///
/// # Errors
/// Never: it starts nothing that could fail to start.
pub fn primes_sequential(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    Ok(job.chunks().map(work).collect())
}
