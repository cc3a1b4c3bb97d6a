//! What can go wrong in a pool: each error names the process, the task and the reason.

use std::{ffi::OsString, io, process::ExitStatus, time::Duration};

use nix::errno::Errno;

/// Why a pool could not be started, or a task could not be done.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// Not as many workers can be started as were asked for.
    #[error(
        "cannot start worker process {number} of {of} (ask for fewer workers, or raise the limits \
         on processes and open files: ulimit -u, ulimit -n)"
    )]
    TooManyWorkers {
        /// Which worker it was, from 1.
        number: usize,
        /// How many workers were to be started.
        of: usize,
        /// What the system said.
        source: io::Error,
    },
    /// No worker can be started at all.
    #[error("cannot start {program:?} as a worker process (is it still there?)")]
    CannotStart {
        /// What was to be started.
        program: OsString,
        /// What the system said.
        source: io::Error,
    },
    /// Every worker that tried the task was lost.
    #[error("task {task} was given up (attempts: {attempts}): {loss}")]
    TaskLost {
        /// The task's number, in the order in which the pool was given them, from 0.
        task: u64,
        /// How often it was tried.
        attempts: u32,
        /// How the last worker was lost.
        loss: Loss,
    },
    /// All workers were lost, and no other can be started.
    #[error("task {task} was not done, since no worker process is left: {reason}")]
    NoWorkerLeft {
        /// The task's number, in the order in which the pool was given them, from 0.
        task: u64,
        /// What became of the last worker.
        reason: String,
    },
    /// The worker is well, and says that the task cannot be done.
    #[error("worker process {pid} could not do task {task}: {message}")]
    TaskFailed {
        /// The task's number, in the order in which the pool was given them, from 0.
        task: u64,
        /// The worker's process id.
        pid: u32,
        /// The worker's own words.
        message: String,
    },
    /// The pool was dropped before the task was done.
    #[error("the pool was stopped before the task was done; join it instead of dropping it")]
    Stopped,
}

impl PoolError {
    /// For the worker with this number, counted from 1, and how many workers there are.
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

/// How a worker was lost.
#[derive(Debug, thiserror::Error)]
pub enum Loss {
    /// It ended in the middle of a task.
    #[error("worker process {pid} ended before it answered ({status})")]
    Ended {
        /// Its process id.
        pid: u32,
        /// Its exit status, or the signal that killed it.
        status: ExitStatus,
    },
    /// It ended when it had no task.
    #[error("worker process {pid} ended while it had nothing to do ({status})")]
    EndedIdle {
        /// Its process id.
        pid: u32,
        /// Its exit status, or the signal that killed it.
        status: ExitStatus,
    },
    /// It closed its stdin or stdout, and went on.
    #[error("worker process {pid} closed its stdin or stdout, and with that the way to it")]
    ClosedOutput {
        /// Its process id.
        pid: u32,
    },
    /// It wrote something that is not the answer to its task.
    #[error(
        "worker process {pid} wrote {line:?} to its stdout, which is not an answer: {reason}; \
         a worker's own output belongs on stderr (eprintln!)"
    )]
    NotAnAnswer {
        /// Its process id.
        pid: u32,
        /// The beginning of what it wrote.
        line: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It was at the task for too long, and was killed.
    #[error("worker process {pid} was killed because it took longer than {deadline:?}")]
    Overdue {
        /// Its process id.
        pid: u32,
        /// How long it was given.
        deadline: Duration,
    },
    /// It never showed that it takes tasks, and was killed.
    #[error(
        "worker process {pid} was killed because it did not answer its pool within \
         {silence_max:?} (does its program call `process_pool::serve`?)"
    )]
    NoHandshake {
        /// Its process id.
        pid: u32,
        /// How long it may be silent.
        silence_max: Duration,
    },
    /// It showed no longer that it lives, and was killed.
    #[error(
        "worker process {pid} was killed because it showed no sign of life for {silence_max:?} \
         (was it stopped, as `kill -STOP` does?)"
    )]
    Silent {
        /// Its process id.
        pid: u32,
        /// How long it may be silent.
        silence_max: Duration,
    },
}
