//! A few threads that take ids from one queue: as many requests at once as there are workers.

use std::{
    panic::{self, AssertUnwindSafe},
    thread,
};

use common::in_order::in_order;
use crossbeam::channel;

use crate::{ItemId, Job, Outcome, RequestError};

/// How many ids are under way or wait for their turn, for each worker.
const IDS_PER_WORKER: usize = 4;

/// Fetches the items of `job` on a few threads that share one bounded queue.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let threads = job.workers.get();
    let window = IDS_PER_WORKER * threads;
    let (queue, ids) = channel::bounded(window);
    let (finish, finished) = channel::bounded(window);
    let work = |(number, id)| {
        // A panic is a result too: without it, the caller would wait for this item for ever.
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| fetch(id)));
        finish.send((number, outcome)).expect("the caller to wait for all outcomes");
    };

    thread::scope(|scope| {
        // Owned by the scope: on every way out of it the queue closes, and the workers end.
        let queue = queue;
        for index in 0..threads {
            thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, || ids.iter().for_each(&work))
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
        }
        let send = |number, id| queue.send((number, id)).expect("the queue to be open");
        let receive = || finished.recv().expect("the queue to be open");
        let outcomes = in_order(job.ids.iter().copied(), window, send, receive);
        Ok(outcomes
            .map(|outcome| outcome.unwrap_or_else(|cause| panic::resume_unwind(cause)))
            .collect())
    })
}
