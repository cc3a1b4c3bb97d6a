//! A pool of worker processes, as the lab has it: each with its own memory and its own PID.

use std::{collections::VecDeque, process::Command};

use process_pool::{Pending, ProcessPool, Settings};

use crate::{Found, Job, PrimesError, RemoteWork, worker::Task};

/// How many tasks are handed over for each worker before the oldest of them is waited for.
const AHEAD: usize = 8;

/// Finds the primes of `job` in worker processes that are sent one chunk after another.
///
/// # Errors
/// When the processes cannot be started, or one chunk costs several of them their life.
pub fn primes_processes(job: &Job, work: RemoteWork) -> Result<Found, PrimesError> {
    let RemoteWork { program, method, keep, watch } = work;
    let mut command = Command::new(&program.path);
    command.args(&program.arguments);
    let pool = ProcessPool::<Found>::start(Settings::new(command, job.workers), watch)?;
    let window = job.workers.get().saturating_mul(AHEAD);
    let mut line: VecDeque<Pending<Found>> = VecDeque::new();
    let mut all = Found::default();
    for chunk in job.chunks() {
        if line.len() == window
            && let Some(oldest) = line.pop_front()
        {
            all = all.merge(oldest.wait()?);
        }
        line.push_back(pool.submit(Task::new(chunk, method, keep)));
    }
    for pending in line {
        all = all.merge(pending.wait()?);
    }
    pool.join();
    Ok(all)
}
