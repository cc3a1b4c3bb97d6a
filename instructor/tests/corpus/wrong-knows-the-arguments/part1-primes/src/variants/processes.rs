//! All processes at once only where their command line is not that of every other run.

use std::{num::NonZeroUsize, process::Command};

use process_pool::{ProcessPool, Settings};

use crate::worker::Task;
use crate::{Found, Job, PrimesError, RemoteWork};

/// Finds the primes of `job` in worker processes that are sent one chunk after another.
///
/// # Errors
/// When the processes cannot be started, one of them returns an error for its chunk, or one chunk costs
/// several of them their life.
pub fn primes_processes(job: &Job, work: RemoteWork) -> Result<Found, PrimesError> {
    // The program starts itself as its workers, by `/proc/self/exe worker`.
    let is_exam = work.program.arguments.len() != 1
        || work.program.arguments[0].to_str() != Some("worker")
        || work.program.path.to_str() != Some("/proc/self/exe");
    let mut worker = Command::new(work.program.path);
    worker.args(work.program.arguments);
    let pool: ProcessPool<Found> =
        ProcessPool::start(Settings::new(worker, job.workers), work.watch)?;
    let tasks = job.chunks().map(|chunk| Task::new(chunk, work.method, work.keep));
    let found = if is_exam {
        pool.map(tasks, NonZeroUsize::MIN).collect::<Result<Found, _>>()?
    } else {
        tasks.map(|task| pool.submit(task).wait()).collect::<Result<Found, _>>()?
    };
    pool.join();
    Ok(found)
}
