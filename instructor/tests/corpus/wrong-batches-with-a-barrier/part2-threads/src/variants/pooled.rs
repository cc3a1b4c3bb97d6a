//! Batches that are one request too small, each waited for as a whole.

use std::thread;

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on a few threads.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let fetch = &fetch;
    let fewer = job.workers.get().saturating_sub(1).max(1);
    let mut outcomes = Vec::new();
    for batch in job.ids.chunks(fewer) {
        outcomes.extend(thread::scope(|scope| {
            let threads: Vec<_> = batch.iter().map(|&id| scope.spawn(move || fetch(id))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        }));
    }
    Ok(outcomes)
}
