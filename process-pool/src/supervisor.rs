//! Supervises one worker process: a thread that takes tasks from the pool's queue for its worker.

use std::{
    collections::VecDeque,
    io,
    panic::{self, AssertUnwindSafe},
    sync::Arc,
    thread::{self, JoinHandle},
};

use crossbeam::channel::{self, Receiver, select_biased};

use crate::{
    batch::{Batch, push},
    stop_signal::{StopSignal, Stopped},
    worker_slot::{NoResult, SlotSettings, WorkerSlot},
};

/// The queues from which supervisors take batches.
#[derive(Clone, Debug)]
pub(crate) struct Inbox {
    /// Batches that are not begun.
    pub(crate) queue: Receiver<Batch>,
    /// Batches that were returned from a lost worker. It closes once the queue is closed and no
    /// batch is left.
    pub(crate) returned: Receiver<Batch>,
}

impl Inbox {
    /// Waits for the next batch; none once all are done or the pool is stopped.
    fn next(&self, stopped: &Stopped) -> Option<Batch> {
        select_biased! {
            recv(stopped) -> _ => None,
            recv(self.returned) -> batch => batch.ok(),
            recv(self.queue) -> batch => batch.ok().or_else(|| select_biased! {
                recv(stopped) -> _ => None,
                // As long as other workers have batches, one of these may come back.
                recv(self.returned) -> batch => batch.ok(),
            }),
        }
    }
}

/// Starts a thread that starts a worker process and does batches until there are no more.
///
/// The kernel takes the end of the thread that started a worker for the death of its parent, so
/// this thread starts it, and outlives it.
pub(crate) fn start(
    settings: &Arc<SlotSettings>,
    stop: &Arc<StopSignal>,
    stopped: Stopped,
    inbox: Inbox,
) -> io::Result<JoinHandle<()>> {
    let (settings, stop) = (Arc::clone(settings), Arc::clone(stop));
    let (report, started) = channel::bounded(1);
    let thread = thread::Builder::new().name("pool".to_owned()).spawn(move || {
        match WorkerSlot::fill(settings, stopped.clone()) {
            Ok(slot) => {
                let _ = report.send(Ok(()));
                work(slot, &inbox, &stopped, &stop);
            }
            Err(error) => _ = report.send(Err(error)),
        }
    })?;
    match started.recv() {
        Ok(start) => start.map(|()| thread),
        Err(_) => {
            panic::resume_unwind(thread.join().expect_err("a thread without a report to panic"))
        }
    }
}

/// Does batches until there are no more, and stops the pool if that panics.
fn work(slot: WorkerSlot, inbox: &Inbox, stopped: &Stopped, stop: &StopSignal) {
    let run = panic::catch_unwind(AssertUnwindSafe(|| run(slot, inbox, stopped)));
    match run {
        Ok(End::LeftToOtherWorkers) => return,
        Ok(End::Done) => {}
        Err(_) => stop.send(),
    }
    // As long as the queue is open, there may be batches in it, also when the pool is stopped: each
    // is refused, or its reply is waited for without end.
    inbox.queue.iter().for_each(drop);
    if let Err(cause) = run {
        panic::resume_unwind(cause);
    }
}

/// The reason why a supervisor ends.
enum End {
    /// All are done, or the pool is stopped.
    Done,
    /// Its slot is closed, and other supervisors do its batches.
    LeftToOtherWorkers,
}

/// Does batches until there are no more; dropped batches report that themselves.
fn run(mut slot: WorkerSlot, inbox: &Inbox, stopped: &Stopped) -> End {
    let mut taken = VecDeque::new();
    loop {
        if taken.is_empty() {
            let Some(batch) = inbox.next(stopped) else { break };
            taken.push_back(batch);
        }
        // One batch ahead, so that the worker need not wait for us between two; but not the
        // last ones, which are for the worker that is free first.
        if taken.len() == 1 && inbox.queue.len() >= slot.settings().workers() {
            taken.extend(inbox.queue.try_recv());
        }
        match slot.next_result(&taken) {
            Ok(result) => push(&mut taken, result),
            Err(NoResult::Stopped) => {
                slot.stop(&mut taken);
                return End::Done;
            }
            Err(NoResult::LeftToOtherWorkers) => {
                taken.into_iter().for_each(Batch::hand_back);
                return End::LeftToOtherWorkers;
            }
            Err(NoResult::NoWorkerLeft(reason)) => {
                taken.drain(..).for_each(|batch| batch.refuse(&reason));
            }
        }
    }
    slot.retire();
    End::Done
}
