//! A pool of worker processes: Python's `multiprocessing.Pool` as a Rust student would wish it.
//!
//! [`ProcessPool::map`] works through many tasks and yields their results in order;
//! [`ProcessPool::submit`] hands over one task and returns at once, as Python's `apply_async` does;
//! [`ProcessPool::join`] ends the pool. The worker's side is [`serve`]: read a task from stdin,
//! write its result to stdout, one line of JSON each.
//!
//! A worker that dies, prints something else, or takes too long is named, killed and replaced, and
//! the task it was at is tried again on its replacement, a bounded number of times. The tasks that
//! were waiting behind that one are merely handed over. So no result is lost, and none is doubled.

mod batch;
mod error;
mod protocol;
mod supervisor;
mod worker;
mod worker_process;

use std::{
    iter,
    num::{NonZeroU32, NonZeroUsize},
    panic,
    process::Command,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam::channel::{self, Receiver, Sender};
use serde::{Serialize, de::DeserializeOwned};

use self::{
    batch::{Batch, Results},
    supervisor::Supervisor,
};
pub use self::{
    error::{Loss, PoolError},
    worker::{ServeError, serve},
};
use crate::{in_order::in_order, interrupt::Interrupt};

/// How many batches of [`ProcessPool::map`] are under way or wait for their turn, for each worker:
/// enough to keep the others busy while one is at a long task.
const BATCHES_PER_WORKER: usize = 16;

/// What a pool is made of.
#[derive(Debug)]
pub struct Settings {
    /// How to start a worker: a program that calls [`serve`].
    pub worker: Command,
    /// How many workers to keep.
    pub workers: NonZeroUsize,
    /// How often a task is tried before its failure is reported.
    pub attempts_max: NonZeroU32,
    /// How long a worker may take for a task; for ever if none.
    pub task_deadline: Option<Duration>,
}

impl Settings {
    /// Three attempts, and no deadline.
    pub fn new(worker: Command, workers: NonZeroUsize) -> Self {
        const ATTEMPTS_MAX: NonZeroU32 = NonZeroU32::new(3).expect("3 is not 0");
        Self { worker, workers, attempts_max: ATTEMPTS_MAX, task_deadline: None }
    }
}

/// What happens in a pool, for those who watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A worker process has been started, at first or in place of one that was lost.
    WorkerStarted {
        /// Its process id.
        pid: u32,
    },
    /// A task has been done; its result is not yet handed on. Of one that fails, nothing is told.
    TaskDone {
        /// The worker's process id.
        pid: u32,
        /// The task's number, in the order in which the pool was given them, from 0.
        task: u64,
        /// How long the worker was at it, by the worker's own clock.
        busy: Duration,
    },
}

/// Worker processes that take tasks as they become free.
///
/// Dropping a pool kills its workers; [`join`](Self::join) lets them finish first.
#[derive(Debug)]
pub struct ProcessPool<Output> {
    workers: NonZeroUsize,
    /// Taken when the pool ends: workers stop once the queue is closed and empty.
    queue: Option<Sender<Batch<Output>>>,
    stop: Arc<StopSignal>,
    supervisors: Vec<JoinHandle<()>>,
    tasks_given: AtomicU64,
}

impl<Output: DeserializeOwned + Send + 'static> ProcessPool<Output> {
    /// Starts the workers; `watch` is told what happens, by the pool's own threads, which wait
    /// for it to return.
    ///
    /// # Errors
    /// When not all workers can be started; those that were are ended again.
    pub fn start(
        settings: Settings,
        watch: impl Fn(Event) + Send + Sync + 'static,
    ) -> Result<Self, PoolError> {
        let workers = settings.workers;
        let (queue, batches) = channel::bounded(2 * workers.get());
        let (stop, stopped) = channel::bounded(0);
        let mut pool = Self {
            workers,
            queue: Some(queue),
            stop: Arc::new(StopSignal(Mutex::new(Some(stop)))),
            supervisors: Vec::with_capacity(workers.get()),
            tasks_given: AtomicU64::new(0),
        };
        let program = settings.worker.get_program().to_owned();
        let staff = supervisor::Staff::new(settings, watch);
        for number in 1..=workers.get() {
            let started = Supervisor::start(&staff, stopped.clone())
                .and_then(|supervisor| supervisor.take_batches_from(batches.clone()));
            let supervisor = started.map_err(|source| {
                PoolError::cannot_start(program.clone(), number, workers.get(), source)
            })?;
            pool.supervisors.push(supervisor);
        }
        Ok(pool)
    }

    /// Works through `tasks`, and yields their results in the order of the tasks.
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
        let window = BATCHES_PER_WORKER * self.workers.get();
        // No reply ever waits for room: at most `window` of them are outstanding.
        let (reply, replies) = channel::bounded(window);
        in_order(
            batches,
            window,
            move |number, tasks: Vec<Task>| self.enqueue(&tasks, number, reply.clone()),
            move || replies.recv().expect("this very closure's twin to keep a sender"),
        )
        .flatten()
    }

    /// Hands over one task and returns while it is being done; only where two tasks a worker wait
    /// already does it wait for one of them to be taken.
    ///
    /// # Panics
    /// When the task cannot be written as JSON.
    pub fn submit<Task: Serialize>(&self, task: Task) -> Pending<Output> {
        let (reply, replies) = channel::bounded(1);
        self.enqueue(&[task], 0, reply);
        Pending { replies }
    }

    /// Lets `interrupt` stop the pool as dropping it does: the workers are killed, and tasks that
    /// are not done end with [`PoolError::Stopped`].
    pub fn stop_on(&self, interrupt: &Interrupt) {
        // Weak, so that the interrupt keeps nothing of a pool that has ended.
        let stop = Arc::downgrade(&self.stop);
        interrupt.when_raised(move || {
            if let Some(stop) = stop.upgrade() {
                stop.give();
            }
        });
    }

    /// Waits until all tasks are done, and ends the workers.
    pub fn join(mut self) {
        drop(self.queue.take());
        self.join_supervisors();
    }

    fn enqueue<Task: Serialize>(
        &self,
        tasks: &[Task],
        number: u64,
        reply: Sender<(u64, Results<Output>)>,
    ) {
        let first_task = self.tasks_given.fetch_add(tasks.len() as u64, Ordering::Relaxed);
        let lines = (first_task..).zip(tasks).map(|(task, input)| protocol::encode(task, input));
        let batch = Batch::new(first_task, lines.collect(), number, reply);
        let queue = self.queue.as_ref().expect("the queue to be there until the pool ends");
        // The supervisors receive for as long as the queue is open, if only to refuse.
        drop(queue.send(batch));
    }
}

impl<Output> ProcessPool<Output> {
    fn join_supervisors(&mut self) {
        let results: Vec<_> = self.supervisors.drain(..).map(JoinHandle::join).collect();
        let panicked = results.into_iter().find_map(Result::err);
        if let Some(cause) = panicked
            && !thread::panicking()
        {
            panic::resume_unwind(cause);
        }
    }
}

impl<Output> Drop for ProcessPool<Output> {
    fn drop(&mut self) {
        self.stop.give();
        drop(self.queue.take());
        self.join_supervisors();
    }
}

/// Tells the supervisors to stop at once, by its end: nothing is ever sent.
#[derive(Debug)]
struct StopSignal(Mutex<Option<Sender<()>>>);

impl StopSignal {
    fn give(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// The result of a task handed over by [`ProcessPool::submit`], once it is there.
#[derive(Debug)]
pub struct Pending<Output> {
    replies: Receiver<(u64, Results<Output>)>,
}

impl<Output> Pending<Output> {
    /// Waits for the result.
    ///
    /// # Errors
    /// When the task failed, or the pool was dropped before it was done.
    pub fn wait(self) -> Result<Output, PoolError> {
        let (_, mut results) = self.replies.recv().map_err(|_| PoolError::Stopped)?;
        results.pop().unwrap_or(Err(PoolError::Stopped))
    }
}
