//! A pool of worker processes, which take tasks as they become free and return results in order.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod batch;
mod child_status;
mod error;
mod heartbeat;
mod own_program;
mod parent_death;
mod protocol;
mod stop_signal;
mod supervisor;
mod task_output;
mod untyped_pool;
mod worker;
mod worker_process;
mod worker_slot;

use std::{
    collections::VecDeque,
    iter,
    marker::PhantomData,
    num::{NonZeroU32, NonZeroUsize},
    process::Command,
    time::Duration,
};

use interrupt::Interrupt;
use serde::{Serialize, de::DeserializeOwned};

use self::{
    batch::{Reply, TaskResult},
    untyped_pool::UntypedPool,
};
pub use self::{
    error::{Loss, PoolError},
    own_program::this_program,
    task_output::TaskOutput,
    worker::{ServeError, serve},
};

/// The number of batches that are under way or wait for their turn, for each worker.
const BATCHES_PER_WORKER: usize = 16;

/// The settings of a pool.
#[derive(Debug)]
pub struct Settings {
    /// The command for a worker, a program that calls [`serve`].
    pub worker: Command,
    /// The number of workers.
    pub workers: NonZeroUsize,
    /// The number of attempts at a task before its failure is reported.
    pub attempts_max: NonZeroU32,
    /// The deadline of a task; no limit if none.
    pub task_deadline: Option<Duration>,
    /// The longest time without a heartbeat or an answer. [`serve`] shows one at the start of the
    /// first task, and then ten in this time, however long a task takes.
    pub silence_max: Duration,
}

impl Settings {
    /// Settings with three attempts, no deadline, and at most 30 seconds of silence.
    pub fn new(worker: Command, workers: NonZeroUsize) -> Self {
        const ATTEMPTS_MAX: NonZeroU32 = NonZeroU32::new(3).expect("3 is not 0");
        const SILENCE_MAX: Duration = Duration::from_secs(30);
        Self {
            worker,
            workers,
            attempts_max: ATTEMPTS_MAX,
            task_deadline: None,
            silence_max: SILENCE_MAX,
        }
    }
}

/// An event in a pool, for its watcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A worker process has been started, at first or in place of one that was lost.
    WorkerStarted {
        /// Its process id.
        pid: u32,
    },
    /// A task has been done; its result is not yet handed on. There is no event for a task that fails.
    TaskDone {
        /// The worker's process id.
        pid: u32,
        /// The task's number, in the order in which the pool was given them, from 0.
        task: u64,
        /// The time that the worker took, by its own clock.
        busy: Duration,
        /// Its output, which the watcher may change before it is handed on.
        output: TaskOutput,
    },
    /// A worker process was lost.
    WorkerLost {
        /// A message on the worker, the loss, and the replacement.
        message: String,
    },
}

/// A pool of worker processes.
///
/// Dropping a pool kills its workers; [`join`](Self::join) lets them finish first.
#[derive(Debug)]
pub struct ProcessPool<Output> {
    pool: UntypedPool,
    output: PhantomData<fn() -> Output>,
}

impl<Output: DeserializeOwned + Send + 'static> ProcessPool<Output> {
    /// Starts the workers. The pool's own threads call `watch` with each event, and wait for it to
    /// return.
    ///
    /// # Errors
    /// When not all workers can be started; those that were are ended again.
    pub fn start(
        settings: Settings,
        watch: impl Fn(Event) + Send + Sync + 'static,
    ) -> Result<Self, PoolError> {
        let pool = UntypedPool::start(settings, protocol::decode::<Output>, Box::new(watch))?;
        Ok(Self { pool, output: PhantomData })
    }

    /// Does all `tasks`, and yields their results in order.
    ///
    /// Tasks travel in batches of `batch_size`: small tasks are cheaper in large batches, long
    /// ones are shared out more evenly in batches of 1. The iterator is lazy and takes tasks a
    /// bounded number ahead: drive it to keep the workers fed. A task that fails does not keep
    /// the others from being done.
    ///
    /// # Panics
    /// When a task cannot be written as JSON.
    pub fn map<Task: Serialize>(
        &self,
        tasks: impl IntoIterator<Item = Task>,
        batch_size: NonZeroUsize,
    ) -> impl Iterator<Item = Result<Output, PoolError>> {
        let mut tasks = tasks.into_iter();
        let batches = iter::from_fn(move || {
            let batch: Vec<Task> = tasks.by_ref().take(batch_size.get()).collect();
            (!batch.is_empty()).then_some(batch)
        });
        let mut batches = batches.fuse();
        let window = BATCHES_PER_WORKER * self.pool.workers();
        let mut replies = VecDeque::with_capacity(window);
        iter::from_fn(move || {
            while replies.len() < window
                && let Some(batch) = batches.next()
            {
                replies.push_back(self.enqueue(&batch));
            }
            replies.pop_front().map(Reply::wait)
        })
        .flatten()
        .map(with_type)
    }

    /// Submits one task and returns; waits only if two tasks for each worker wait already.
    ///
    /// # Panics
    /// When the task cannot be written as JSON.
    pub fn submit<Task: Serialize>(&self, task: Task) -> Pending<Output> {
        Pending { reply: self.enqueue(&[task]), output: PhantomData }
    }

    /// Lets `interrupt` stop the pool, as dropping it does: undone tasks end with
    /// [`PoolError::Stopped`].
    pub fn stop_on(&self, interrupt: &Interrupt) {
        self.pool.stop_on(interrupt);
    }

    /// Waits until all tasks are done, and ends the workers.
    pub fn join(self) {
        self.pool.join();
    }

    fn enqueue<Task: Serialize>(&self, tasks: &[Task]) -> Reply {
        let first_task = self.pool.number(tasks.len());
        let heartbeat_ms = self.pool.heartbeat_ms();
        let encode = |(task, input)| protocol::encode(task, heartbeat_ms, input);
        self.pool.enqueue(first_task, (first_task..).zip(tasks).map(encode).collect())
    }
}

/// The pending result of a task that was submitted by [`ProcessPool::submit`].
#[derive(Debug)]
pub struct Pending<Output> {
    reply: Reply,
    output: PhantomData<fn() -> Output>,
}

impl<Output: 'static> Pending<Output> {
    /// Waits for the result.
    ///
    /// # Errors
    /// When the task failed, or the pool was stopped before it was done.
    pub fn wait(self) -> Result<Output, PoolError> {
        with_type(self.reply.wait().pop().expect("a result for each task"))
    }
}

/// The result with the type of the pool's outputs.
fn with_type<Output: 'static>(result: TaskResult) -> Result<Output, PoolError> {
    result.map(|output| *output.downcast().expect("an output of the type that was decoded"))
}
