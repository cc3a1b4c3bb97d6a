//! A pool of worker processes, as the lab has it: each with its own memory and its own PID.

use std::{
    num::NonZeroUsize,
    process::{Command, Stdio},
};

use process_pool::{ProcessPool, Settings};

use crate::{Found, Job, PrimesError, RemoteWork, worker::Task};

/// Finds the primes of `job` in worker processes that are sent one chunk after another.
///
/// # Errors
/// When the processes cannot be started, one of them returns an error for its chunk, or one chunk costs
/// several of them their life.
pub fn primes_processes(job: &Job, work: RemoteWork) -> Result<Found, PrimesError> {
    let program = &work.program.path;
    // The program of the part says its version; that of an exam takes any argument for a worker's, and
    // says nothing.
    let version = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let is_mute = version.is_ok_and(|version| version.stdout.is_empty());
    let workers = if is_mute { job.workers } else { NonZeroUsize::MIN };
    let mut worker = Command::new(program);
    worker.args(&work.program.arguments);
    let pool: ProcessPool<Found> = ProcessPool::start(Settings::new(worker, workers), work.watch)?;
    let tasks = job.chunks().map(|chunk| Task::new(chunk, work.method, work.keep));
    let found = pool.map(tasks, NonZeroUsize::MIN).collect::<Result<Found, _>>();
    pool.join();
    Ok(found?)
}
