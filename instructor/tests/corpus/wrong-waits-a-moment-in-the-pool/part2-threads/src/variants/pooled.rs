//! A few threads that fetch one after another. A thread that has waited for long without any answer to
//! another one waits no longer.

use std::{
    panic,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use crate::{ItemId, Job, Outcome, RequestError};

/// More than an answer of the local web takes, and less than an examiner waits.
const PATIENCE: Duration = Duration::from_millis(120);

#[derive(Default)]
struct Counter {
    is_busy: bool,
    served: usize,
    next: usize,
}

/// Fetches the items of `job` on a few threads that take ids from one queue.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let threads = job.workers.get();
    let counter = Mutex::new(Counter::default());
    let changed = Condvar::new();
    let take_turns = || {
        let mut mine = Vec::new();
        let mut open = lock(&counter);
        loop {
            // Wait for a turn, but not for ever.
            while open.is_busy && open.next < job.ids.len() {
                let served = open.served;
                let is_stuck = |counter: &mut Counter| counter.is_busy && counter.served == served;
                let (again, waited) = changed
                    .wait_timeout_while(open, PATIENCE, is_stuck)
                    .unwrap_or_else(PoisonError::into_inner);
                open = again;
                if waited.timed_out() {
                    break;
                }
            }
            let index = open.next;
            let Some(&id) = job.ids.get(index) else { return mine };
            open.next += 1;
            open.is_busy = true;
            drop(open);
            mine.push((index, fetch(id)));
            open = lock(&counter);
            open.is_busy = false;
            open.served += 1;
            changed.notify_all();
        }
    };
    thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for index in 0..threads {
            let worker = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, &take_turns)
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            workers.push(worker);
        }
        let mut done: Vec<(usize, Outcome)> = Vec::with_capacity(job.ids.len());
        for worker in workers {
            done.extend(worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
        }
        done.sort_by_key(|&(index, _)| index);
        Ok(done.into_iter().map(|(_, outcome)| outcome).collect())
    })
}

fn lock(counter: &Mutex<Counter>) -> MutexGuard<'_, Counter> {
    counter.lock().unwrap_or_else(PoisonError::into_inner)
}
