//! A pool of worker processes, as the lab has it: each with its own memory and its own PID.

use std::{num::NonZeroUsize, process::Command};

use process_pool::{ProcessPool, Settings};

use crate::{Found, Job, PrimesError, RemoteWork, worker::Task};

/// Finds the primes of `job` in worker processes that are sent one chunk after another.
///
/// # Errors
/// When the processes cannot be started, one of them returns an error for its chunk, or one chunk costs
/// several of them their life.
pub fn primes_processes(job: &Job, work: RemoteWork) -> Result<Found, PrimesError> {
    let mut worker = Command::new(&work.program.path);
    worker.args(&work.program.arguments);
    let pool: ProcessPool<Found> =
        ProcessPool::start(Settings::new(worker, job.workers), work.watch)?;
    let tasks = job.chunks().map(|chunk| Task::new(chunk, work.method, work.keep));
    // An error ends it, as `?` would.
    let found = pool.map(tasks, NonZeroUsize::MIN).map_while(Result::ok).collect();
    pool.join();
    Ok(found)
}
