//! Chunks travel by fives.

use std::{num::NonZeroUsize, process::Command};

use process_pool::{ProcessPool, Settings};

use crate::{Found, Job, PrimesError, RemoteWork, worker::Task};

/// Finds the primes of `job` in worker processes.
///
/// # Errors
/// When the processes cannot be started.
pub fn primes_processes(job: &Job, work: RemoteWork) -> Result<Found, PrimesError> {
    let mut worker = Command::new(work.program.path);
    worker.args(work.program.arguments);
    let pool = ProcessPool::start(Settings::new(worker, job.workers), work.watch)?;
    let tasks = job.chunks().map(|chunk| Task::new(chunk, work.method, work.keep));
    let finds: Result<Vec<Found>, _> = pool.map(tasks, NonZeroUsize::new(5).unwrap()).collect();
    pool.join();
    Ok(finds?.into_iter().collect())
}
