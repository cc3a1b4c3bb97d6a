//! Every chunk is submitted before the first is waited for.

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
    let pending: Vec<_> =
        job.chunks().map(|chunk| pool.submit(Task::new(chunk, work.method, work.keep))).collect();
    let mut all = Found::default();
    for found in pending {
        all = all.merge(found.wait()?);
    }
    pool.join();
    Ok(all)
}
