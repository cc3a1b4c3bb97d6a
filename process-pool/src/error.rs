//! Errors of a pool, each with the process, the task and the reason.

use std::{ffi::OsString, io, process::ExitStatus, time::Duration};

use nix::errno::Errno;

/// An error of a pool or of a task.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// Not all workers can be started.
    #[error(
        "cannot start worker process {number} of {of} (ask for fewer workers, or raise the limits \
         on processes and open files: ulimit -u, ulimit -n)"
    )]
    TooManyWorkers {
        /// The number of the worker, from 1.
        number: usize,
        /// The number of workers to start.
        of: usize,
        /// The error of the operating system.
        source: io::Error,
    },
    /// No worker can be started at all.
    #[error("cannot start {program:?} as a worker process (check that the file exists)")]
    CannotStart {
        /// The program.
        program: OsString,
        /// The error of the operating system.
        source: io::Error,
    },
    /// Every worker that tried the task was lost.
    #[error("task {task} was given up (attempts: {attempts}): {loss}")]
    TaskLost {
        /// The task's number, in the order in which the pool was given them, from 0.
        task: u64,
        /// The number of attempts.
        attempts: u32,
        /// The loss of the last worker.
        loss: Loss,
    },
    /// All workers were lost, and no other can be started.
    #[error("task {task} was not done, since no worker process is left: {reason}")]
    NoWorkerLeft {
        /// The task's number, in the order in which the pool was given them, from 0.
        task: u64,
        /// The loss of the last worker.
        reason: String,
    },
    /// The worker reports that the task failed.
    #[error("worker process {pid} could not do task {task}: {message}")]
    TaskFailed {
        /// The task's number, in the order in which the pool was given them, from 0.
        task: u64,
        /// The worker's process id.
        pid: u32,
        /// The worker's message.
        message: String,
    },
    /// The pool was dropped before the task was done.
    #[error("the pool was stopped before the task was done; join it instead of dropping it")]
    Stopped,
}

impl PoolError {
    /// The error of starting worker `number` of `of`, counted from 1.
    pub(crate) fn cannot_start(
        program: OsString,
        number: usize,
        of: usize,
        source: io::Error,
    ) -> Self {
        let errno = source.raw_os_error().map(Errno::from_raw);
        match errno {
            Some(Errno::EAGAIN | Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM) => {
                Self::TooManyWorkers { number, of, source }
            }
            _ => Self::CannotStart { program, source },
        }
    }
}

/// The loss of a worker.
#[derive(Debug, thiserror::Error)]
pub enum Loss {
    /// The worker ended during a task.
    #[error("worker process {pid} ended before it answered ({status})")]
    Ended {
        /// Its process id.
        pid: u32,
        /// Its exit status, or the signal that killed it.
        status: ExitStatus,
    },
    /// The worker ended while it had no task.
    #[error("worker process {pid} ended while it had nothing to do ({status})")]
    EndedIdle {
        /// Its process id.
        pid: u32,
        /// Its exit status, or the signal that killed it.
        status: ExitStatus,
    },
    /// The worker closed its stdin or stdout, and went on.
    #[error("worker process {pid} closed its stdin or stdout, so the pool cannot reach it")]
    ClosedOutput {
        /// Its process id.
        pid: u32,
    },
    /// The worker wrote something other than an answer to its task.
    #[error(
        "worker process {pid} wrote {line:?} to its stdout, which is not an answer: {reason}; \
         a worker's own output belongs on stderr (eprintln!)"
    )]
    NotAnAnswer {
        /// Its process id.
        pid: u32,
        /// The beginning of what it wrote.
        line: String,
        /// The reason.
        reason: String,
    },
    /// The worker was killed after the deadline of a task.
    #[error("worker process {pid} was killed because it took longer than {deadline:?}")]
    Overdue {
        /// Its process id.
        pid: u32,
        /// The deadline.
        deadline: Duration,
    },
    /// The worker was killed, since it never answered at all.
    #[error(
        "worker process {pid} was killed because it did not answer its pool within \
         {silence_max:?} (does its program call `process_pool::serve`?)"
    )]
    NoHandshake {
        /// Its process id.
        pid: u32,
        /// The longest silence.
        silence_max: Duration,
    },
    /// The worker was killed, since its heartbeats stopped.
    #[error(
        "worker process {pid} was killed because it showed no sign of life for {silence_max:?} \
         (was it stopped, as `kill -STOP` does?)"
    )]
    Silent {
        /// Its process id.
        pid: u32,
        /// The longest silence.
        silence_max: Duration,
    },
}
