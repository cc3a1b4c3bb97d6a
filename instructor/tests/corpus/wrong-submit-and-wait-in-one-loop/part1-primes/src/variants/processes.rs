//! Waits for each task before it submits the next.

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
    let pool = ProcessPool::<Found>::start(Settings::new(worker, job.workers), work.watch)?;
    let mut all = Found::default();
    for chunk in job.chunks() {
        all = all.merge(pool.submit(Task::new(chunk, work.method, work.keep)).wait()?);
    }
    pool.join();
    Ok(all)
}
