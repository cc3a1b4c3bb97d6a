//! Takes memory until there is none.

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
    let _ = (job, work);
    let mut hoard = Vec::new();
    loop {
        hoard.push(vec![1_u8; 1 << 24]);
    }
}
