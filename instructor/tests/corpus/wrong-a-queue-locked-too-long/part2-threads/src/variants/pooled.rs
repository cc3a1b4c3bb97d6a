//! Workers that hold the queue while they fetch.

use std::{sync::Mutex, thread};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on a few threads.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let queue = Mutex::new(job.ids.iter().enumerate());
    let take_turns = || {
        let mut outcomes = Vec::new();
        while let Some(outcome) =
            queue.lock().unwrap().next().map(|(index, &id)| (index, fetch(id)))
        {
            outcomes.push(outcome);
        }
        outcomes
    };
    let mut outcomes = thread::scope(|scope| {
        let workers: Vec<_> = (0..job.workers.get()).map(|_| scope.spawn(take_turns)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    outcomes.sort_by_key(|&(index, _)| index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}
