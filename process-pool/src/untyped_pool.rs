//! The pool itself: its queue, its stop signal and its supervisors. It handles tasks and outputs
//! without knowing their types, so that it is compiled once, with this crate.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    panic,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam::channel::{self, Sender, select_biased};
use interrupt::Interrupt;

use crate::{
    PoolError, Settings,
    batch::{Batch, Reply},
    child_status,
    protocol::Decode,
    stop_signal::{self, StopSignal, Stopped},
    supervisor::{self, Inbox},
    worker_slot::{SlotSettings, Watch},
};

/// The number of heartbeats that a worker may miss.
const HEARTBEATS_MISSED_MAX: u32 = 10;

/// A pool that decodes outputs by a function.
#[derive(Debug)]
pub(crate) struct UntypedPool {
    workers: NonZeroUsize,
    /// The interval of heartbeats.
    heartbeat_ms: NonZeroU64,
    /// The queue; none once the pool ends, so that workers stop after all batches.
    queue: Option<Queue>,
    stop: Arc<StopSignal>,
    stopped: Stopped,
    supervisors: Vec<JoinHandle<()>>,
    tasks_given: AtomicU64,
}

/// The pool's end of the task queue.
#[derive(Debug)]
struct Queue {
    batches: Sender<Batch>,
    /// The channel for batches whose worker is lost.
    return_path: Sender<Batch>,
}

impl UntypedPool {
    /// Starts the workers.
    pub(crate) fn start(
        settings: Settings,
        decode: Decode,
        watch: Watch,
    ) -> Result<Self, PoolError> {
        let workers = settings.workers;
        let (batches, queue) = channel::bounded(2 * workers.get());
        let (return_path, returned) = channel::unbounded();
        let inbox = Inbox { queue, returned };
        let (stop, stopped) = stop_signal::new();
        let mut pool = Self {
            workers,
            heartbeat_ms: heartbeat_ms(settings.silence_max),
            queue: Some(Queue { batches, return_path }),
            stop: Arc::new(stop),
            stopped,
            supervisors: Vec::with_capacity(workers.get()),
            tasks_given: AtomicU64::new(0),
        };
        let program = settings.worker.get_program().to_owned();
        let cannot_start = |number, source| {
            PoolError::cannot_start(program.clone(), number, workers.get(), source)
        };
        child_status::keep().map_err(|source| cannot_start(1, source))?;
        let slot_settings = SlotSettings::new(settings, decode, watch);
        for number in 1..=workers.get() {
            let (stopped, inbox) = (pool.stopped.clone(), inbox.clone());
            let supervisor = supervisor::start(&slot_settings, &pool.stop, stopped, inbox);
            pool.supervisors.push(supervisor.map_err(|source| cannot_start(number, source))?);
        }
        Ok(pool)
    }

    pub(crate) fn workers(&self) -> usize {
        self.workers.get()
    }

    pub(crate) fn heartbeat_ms(&self) -> NonZeroU64 {
        self.heartbeat_ms
    }

    /// Numbers the next `tasks` tasks; returns the number of the first one.
    pub(crate) fn number(&self, tasks: usize) -> u64 {
        self.tasks_given.fetch_add(tasks as u64, Ordering::Relaxed)
    }

    /// Puts a batch into the queue; waits only if two batches for each worker wait already.
    pub(crate) fn enqueue(&self, first_task: u64, lines: Vec<String>) -> Reply {
        let queue = self.queue.as_ref().expect("the queue to be there until the pool ends");
        let return_path = queue.return_path.clone();
        let (batch, reply) = Batch::new(first_task, lines, return_path);
        // If the pool is stopped, here or while the batch is in the queue, the batch is dropped.
        select_biased! {
            recv(self.stopped) -> _ => {}
            send(queue.batches, batch) -> sent => drop(sent),
        }
        reply
    }

    pub(crate) fn stop_on(&self, interrupt: &Interrupt) {
        // Weak, so that the interrupt keeps nothing of a pool that has ended.
        let stop = Arc::downgrade(&self.stop);
        interrupt.when_raised(move || {
            if let Some(stop) = stop.upgrade() {
                stop.send();
            }
        });
    }

    /// Waits until all tasks are done, and ends the workers.
    pub(crate) fn join(mut self) {
        drop(self.queue.take());
        self.join_supervisors();
    }

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

impl Drop for UntypedPool {
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
