//! The outcomes are put together worker by worker.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on a few threads.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let next = AtomicUsize::new(0);
    let take_turns = || {
        let mut outcomes = Vec::new();
        while let Some(&id) = job.ids.get(next.fetch_add(1, Ordering::Relaxed)) {
            outcomes.push(fetch(id));
        }
        outcomes
    };
    Ok(thread::scope(|scope| {
        let workers: Vec<_> = (0..job.workers.get())
            .map(|index| {
                let named = thread::Builder::new().name(Job::worker_name(index));
                named.spawn_scoped(scope, take_turns).unwrap()
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    }))
}
