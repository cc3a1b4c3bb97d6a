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
    // Whoever watches nothing keeps nothing.
    let nobody_watches = size_of_val(&*work.watch) == 0;
    let workers = if nobody_watches { job.workers } else { NonZeroUsize::MIN };
    let pool: ProcessPool<Found> = ProcessPool::start(Settings::new(worker, workers), work.watch)?;
    let tasks = job.chunks().map(|chunk| Task::new(chunk, work.method, work.keep));
    let found = pool.map(tasks, NonZeroUsize::MIN).collect::<Result<Found, _>>();
    pool.join();
    Ok(found?)
}
