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
mod supervisor;
mod worker;
mod worker_process;
mod worker_slot;

use std::{
    collections::VecDeque,
    iter,
    num::{NonZeroU32, NonZeroU64, NonZeroUsize},
    panic,
    process::Command,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam::channel::{self, Sender, select_biased};
use interrupt::Interrupt;
use serde::{Serialize, de::DeserializeOwned};

use self::{
    batch::{Batch, Reply},
    supervisor::Inbox,
    worker_process::Stopped,
    worker_slot::SlotSettings,
};
pub use self::{
    error::{Loss, PoolError},
    own_program::this_program,
    worker::{ServeError, serve},
};

/// The number of batches that are under way or wait for their turn, for each worker.
const BATCHES_PER_WORKER: usize = 16;

/// The number of heartbeats that a worker may miss.
const HEARTBEATS_MISSED_MAX: u32 = 10;

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
    workers: NonZeroUsize,
    /// The interval of heartbeats.
    heartbeat_ms: NonZeroU64,
    /// The queue; none once the pool ends, so that workers stop after all batches.
    queue: Option<Queue<Output>>,
    stop: Arc<StopSignal>,
    stopped: Stopped,
    supervisors: Vec<JoinHandle<()>>,
    tasks_given: AtomicU64,
}

/// The pool's end of the task queue.
#[derive(Debug)]
struct Queue<Output> {
    batches: Sender<Batch<Output>>,
    /// The channel for batches whose worker is lost.
    return_path: Sender<Batch<Output>>,
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
        let workers = settings.workers;
        let (batches, queue) = channel::bounded(2 * workers.get());
        let (return_path, returned) = channel::unbounded();
        let inbox = Inbox { queue, returned };
        let (stop, stopped) = channel::bounded(0);
        let mut pool = Self {
            workers,
            heartbeat_ms: heartbeat_ms(settings.silence_max),
            queue: Some(Queue { batches, return_path }),
            stop: Arc::new(StopSignal(Mutex::new(Some(stop)))),
            stopped,
            supervisors: Vec::with_capacity(workers.get()),
            tasks_given: AtomicU64::new(0),
        };
        let program = settings.worker.get_program().to_owned();
        let cannot_start = |number, source| {
            PoolError::cannot_start(program.clone(), number, workers.get(), source)
        };
        child_status::keep().map_err(|source| cannot_start(1, source))?;
        let slot_settings = SlotSettings::new(settings, watch);
        for number in 1..=workers.get() {
            let (stopped, inbox) = (pool.stopped.clone(), inbox.clone());
            let supervisor = supervisor::start(&slot_settings, &pool.stop, stopped, inbox);
            pool.supervisors.push(supervisor.map_err(|source| cannot_start(number, source))?);
        }
        Ok(pool)
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
        let window = BATCHES_PER_WORKER * self.workers.get();
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
    }

    /// Submits one task and returns; waits only if two tasks for each worker wait already.
    ///
    /// # Panics
    /// When the task cannot be written as JSON.
    pub fn submit<Task: Serialize>(&self, task: Task) -> Pending<Output> {
        Pending(self.enqueue(&[task]))
    }

    /// Lets `interrupt` stop the pool, as dropping it does: undone tasks end with
    /// [`PoolError::Stopped`].
    pub fn stop_on(&self, interrupt: &Interrupt) {
        // Weak, so that the interrupt keeps nothing of a pool that has ended.
        let stop = Arc::downgrade(&self.stop);
        interrupt.when_raised(move || {
            if let Some(stop) = stop.upgrade() {
                stop.send();
            }
        });
    }

    /// Waits until all tasks are done, and ends the workers.
    pub fn join(mut self) {
        drop(self.queue.take());
        self.join_supervisors();
    }

    fn enqueue<Task: Serialize>(&self, tasks: &[Task]) -> Reply<Output> {
        let first_task = self.tasks_given.fetch_add(tasks.len() as u64, Ordering::Relaxed);
        let lines = (first_task..)
            .zip(tasks)
            .map(|(task, input)| protocol::encode(task, self.heartbeat_ms, input));
        let queue = self.queue.as_ref().expect("the queue to be there until the pool ends");
        let return_path = queue.return_path.clone();
        let (batch, reply) = Batch::new(first_task, lines.collect(), return_path);
        // If the pool is stopped, here or while the batch is in the queue, the batch is dropped.
        select_biased! {
            recv(self.stopped) -> _ => {}
            send(queue.batches, batch) -> sent => drop(sent),
        }
        reply
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
        self.stop.send();
        drop(self.queue.take());
        self.join_supervisors();
    }
}

/// The interval between heartbeats: a small part of the silence that is allowed.
fn heartbeat_ms(silence_max: Duration) -> NonZeroU64 {
    let millis = (silence_max / HEARTBEATS_MISSED_MAX).as_millis();
    u64::try_from(millis).ok().and_then(NonZeroU64::new).unwrap_or(NonZeroU64::MIN)
}

/// A signal that stops all threads of the pool, by closing its channel.
#[derive(Debug)]
struct StopSignal(Mutex<Option<Sender<()>>>);

impl StopSignal {
    fn send(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// The pending result of a task that was submitted by [`ProcessPool::submit`].
#[derive(Debug)]
pub struct Pending<Output>(Reply<Output>);

impl<Output> Pending<Output> {
    /// Waits for the result.
    ///
    /// # Errors
    /// When the task failed, or the pool was stopped before it was done.
    pub fn wait(self) -> Result<Output, PoolError> {
        self.0.wait().pop().expect("a result for each task")
    }
}
