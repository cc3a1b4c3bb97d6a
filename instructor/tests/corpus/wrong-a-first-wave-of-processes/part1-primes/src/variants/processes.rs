//! A chunk for each process of the pool; the rest is submitted and waited for one by one.

use std::process::Command;

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
    let mut tasks = job.chunks().map(|chunk| Task::new(chunk, work.method, work.keep));
    let first: Vec<Task> = tasks.by_ref().take(job.workers.get()).collect();
    let pending: Vec<_> = first.into_iter().map(|task| pool.submit(task)).collect();
    let mut found = Found::default();
    for pending in pending {
        found = found.merge(pending.wait()?);
    }
    for task in tasks {
        found = found.merge(pool.submit(task).wait()?);
    }
    pool.join();
    Ok(found)
}
