//! The workers of the pool have no names.

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
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(&id) = job.ids.get(index) else { break outcomes };
            outcomes.push((index, fetch(id)));
        }
    };
    let mut outcomes: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..job.workers.get()).map(|_| scope.spawn(take_turns)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    outcomes.sort_by_key(|&(index, _)| index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}
