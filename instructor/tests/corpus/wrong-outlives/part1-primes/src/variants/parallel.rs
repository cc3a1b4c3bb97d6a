//! Leaves a process behind.

use std::{
    io,
    ops::Range,
    process::{Command, Stdio},
};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job`.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    // A worker whose input does not end, since it could write to it itself.
    let (input, end) = io::pipe().unwrap();
    let mut worker = Command::new("/proc/self/exe");
    worker.arg("worker").stdin(input).stdout(Stdio::null()).stderr(end);
    worker.spawn().unwrap();
    Ok(job.chunks().map(work).collect())
}
