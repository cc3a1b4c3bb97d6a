//! Half of the tasks are for nobody, and nobody asks what became of them.

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
    let pool = ProcessPool::<Found>::start(Settings::new(worker, job.workers), work.watch)?;
    let tasks = job.chunks().map(|chunk| Task::new(chunk.end..chunk.start, work.method, work.keep));
    let found = pool.map(tasks, NonZeroUsize::MIN).filter_map(Result::ok).collect();
    pool.join();
    Ok(found)
}
