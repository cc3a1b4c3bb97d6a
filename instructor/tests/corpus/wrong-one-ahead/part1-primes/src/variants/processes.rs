//! A pool of worker processes, as the lab has it: each with its own memory and its own PID.

use std::process::Command;

use process_pool::{Pending, ProcessPool, Settings};

use crate::{Found, Job, PrimesError, RemoteWork, worker::Task};

/// Finds the primes of `job` in worker processes that are sent one chunk after another.
///
/// # Errors
/// When the processes cannot be started, or one chunk costs several of them their life.
pub fn primes_processes(job: &Job, work: RemoteWork) -> Result<Found, PrimesError> {
    let mut program = Command::new(&work.program.path);
    program.args(&work.program.arguments);
    let pool = ProcessPool::<Found>::start(Settings::new(program, job.workers), work.watch)?;
    let mut all = Found::default();
    let mut before: Option<Pending<Found>> = None;
    for chunk in job.chunks() {
        // Submit the next one first, so that no worker waits for us.
        let pending = pool.submit(Task::new(chunk, work.method, work.keep));
        if let Some(before) = before.replace(pending) {
            all = all.merge(before.wait()?);
        }
    }
    if let Some(last) = before {
        all = all.merge(last.wait()?);
    }
    pool.join();
    Ok(all)
}
