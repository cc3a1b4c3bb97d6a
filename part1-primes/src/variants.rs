//! The four ways to share the work; the only place of this crate that starts threads or processes.

mod parallel;
mod processes;
mod sequential;
mod work_queue;

use std::ops::Range;

pub use self::{
    parallel::primes_parallel, processes::primes_processes, sequential::primes_sequential,
    work_queue::primes_work_queue,
};
use crate::{Found, Job, PrimesError, RemoteWork};

/// The most threads that steal from each other: an idle thread checks all others, so the cost of the
/// search grows with the square of their number.
const STEALING_THREADS_MAX: usize = 256;

/// A way to share the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// One number after another, on the main thread.
    Sequential,
    /// Threads that steal work from each other: rayon.
    Parallel,
    /// Threads that take work from one queue: a crossbeam channel.
    WorkQueue,
    /// Processes, each with its PID, that are sent work through pipes.
    Processes,
}

impl Variant {
    /// Every variant, the baseline first.
    pub const ALL: [Self; 4] = [Self::Sequential, Self::Parallel, Self::WorkQueue, Self::Processes];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequential => "sequential",
            Self::Parallel => "parallel",
            Self::WorkQueue => "work-queue",
            Self::Processes => "processes",
        }
    }

    /// How many threads or processes share the work.
    pub fn workers(self, job: &Job) -> usize {
        match self {
            Self::Sequential => 1,
            Self::Parallel => job.workers.get().min(STEALING_THREADS_MAX),
            Self::WorkQueue | Self::Processes => job.workers.get(),
        }
    }

    /// Finds the primes of `job`, chunk by chunk: with `work`, or with `remote_work` where the
    /// work is done by other processes.
    ///
    /// # Errors
    /// When the workers cannot be started, or one chunk costs several worker processes their life.
    pub fn find_primes(
        self,
        job: &Job,
        work: impl Fn(Range<u64>) -> Found + Sync,
        remote_work: RemoteWork,
    ) -> Result<Found, PrimesError> {
        // One type for every kind of work, so that a variant cannot tell an exam from another run.
        let work: &(dyn Fn(Range<u64>) -> Found + Sync) = &work;
        match self {
            Self::Sequential => primes_sequential(job, work),
            Self::Parallel => primes_parallel(job, work),
            Self::WorkQueue => primes_work_queue(job, work),
            Self::Processes => primes_processes(job, remote_work),
        }
    }
}
