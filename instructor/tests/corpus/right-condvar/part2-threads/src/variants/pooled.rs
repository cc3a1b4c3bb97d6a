//! A queue by hand: a deque, a flag and a condition variable. The caller fills it while others empty it.

use std::{
    collections::VecDeque,
    panic,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::{ItemId, Job, Outcome, RequestError};

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    ids: VecDeque<(usize, ItemId)>,
    is_closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, pair: (usize, ItemId)) {
        self.lock().ids.push_back(pair);
        self.changed.notify_one();
    }

    fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    /// Waits for an id; none once the queue is closed and empty.
    fn take(&self) -> Option<(usize, ItemId)> {
        let mut state = self
            .changed
            .wait_while(self.lock(), |state| state.ids.is_empty() && !state.is_closed)
            .unwrap_or_else(PoisonError::into_inner);
        state.ids.pop_front()
    }
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
    let queue = Queue::default();
    let (queue, fetch) = (&queue, &fetch);
    let mut slots: Vec<Option<Outcome>> = job.ids.iter().map(|_| None).collect();
    thread::scope(|scope| {
        let mut handles = Vec::with_capacity(threads);
        for index in 0..threads {
            let handle = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, move || {
                    let mut mine = Vec::new();
                    while let Some((number, id)) = queue.take() {
                        mine.push((number, fetch(id)));
                    }
                    mine
                })
                .map_err(|source| {
                    queue.close(); // still empty: those that wait end
                    RequestError::CannotStartThreads { threads, source }
                })?;
            handles.push(handle);
        }
        for pair in job.ids.iter().copied().enumerate() {
            queue.put(pair);
        }
        queue.close();
        for handle in handles {
            let pairs = handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause));
            for (number, outcome) in pairs {
                slots[number] = Some(outcome);
            }
        }
        Ok::<(), RequestError>(())
    })?;
    Ok(slots.into_iter().map(|slot| slot.expect("each id to be taken once")).collect())
}
