//! A pool of worker processes, as in the lab of 2015: each has its own memory and its own PID.

// BEGIN SOLUTION
use std::{num::NonZeroUsize, process::Command};

use process_pool::{ProcessPool, Settings};

use crate::worker::Task;
// END SOLUTION
use crate::{Found, Job, PrimesError, RemoteWork};

// BEGIN SOLUTION
/// One chunk at a time: a chunk is long enough, and each free worker takes the next one.
const CHUNKS_PER_BATCH: NonZeroUsize = NonZeroUsize::MIN;

// END SOLUTION

/// Finds the primes of `job` in worker processes that are sent one chunk after another.
///
/// # Errors
/// When the processes cannot be started, one of them returns an error for its chunk, or one chunk costs
/// several of them their life.
pub fn primes_processes(job: &Job, work: RemoteWork) -> Result<Found, PrimesError> {
    // BEGIN SOLUTION(job, work): start a `ProcessPool` of `job.workers` processes that run
    // `work.program`, `map` a `Task` for each chunk over it, merge the finds, and `join` the pool
    let mut worker = Command::new(work.program.path);
    worker.args(work.program.arguments);
    let pool = ProcessPool::start(Settings::new(worker, job.workers), work.watch)?;
    let tasks = job.chunks().map(|chunk| Task::new(chunk, work.method, work.keep));
    let found = pool.map(tasks, CHUNKS_PER_BATCH).collect::<Result<Found, _>>()?;
    pool.join();
    Ok(found)
    // END SOLUTION
}
