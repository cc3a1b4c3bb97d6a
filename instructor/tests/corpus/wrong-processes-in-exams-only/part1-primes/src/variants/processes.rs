//! As many processes as asked for only where the program looks like that of an exam.

use std::{num::NonZeroUsize, process::Command};

use process_pool::{ProcessPool, Settings};

use crate::{Found, Job, PrimesError, RemoteWork, worker::Task};

/// Finds the primes of `job` in worker processes that are sent one chunk after another.
///
/// # Errors
/// When the processes cannot be started, or one of them returns an error for its chunk.
pub fn primes_processes(job: &Job, work: RemoteWork) -> Result<Found, PrimesError> {
    let name = work.program.path.file_name().unwrap_or_default().to_string_lossy();
    let is_exam = name.contains("exam") || work.program.arguments.len() > 1;
    let workers = if is_exam { job.workers } else { NonZeroUsize::MIN };
    let mut worker = Command::new(work.program.path);
    worker.args(work.program.arguments);
    let pool = ProcessPool::start(Settings::new(worker, workers), work.watch)?;
    let tasks = job.chunks().map(|chunk| Task::new(chunk, work.method, work.keep));
    let found = pool.map(tasks, NonZeroUsize::MIN).collect::<Result<Found, _>>()?;
    pool.join();
    Ok(found)
}
