//! A pool of as many processes as there are chunks.

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

    let chunks = usize::try_from(job.chunk_count()).ok().and_then(NonZeroUsize::new);
    let workers = chunks.unwrap_or(NonZeroUsize::MIN);
    let pool = ProcessPool::start(Settings::new(worker, workers), work.watch)?;
    let tasks = job.chunks().map(|chunk| Task::new(chunk, work.method, work.keep));
    let found = pool.map(tasks, NonZeroUsize::MIN).collect::<Result<Found, _>>()?;
    pool.join();
    Ok(found)
}
