//! Leaves a process behind.

use std::{ops::Range, process::Command};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job`.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    Command::new("/usr/bin/setsid").args(["/bin/sleep", "1000"]).spawn().unwrap();
    Ok(job.chunks().map(work).collect())
}
