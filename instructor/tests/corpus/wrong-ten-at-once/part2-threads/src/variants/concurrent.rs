//! A named thread for each item, but ten of them at once and no more.

use std::thread;

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on threads.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let fetch = &fetch;
    let mut outcomes = Vec::new();
    for batch in job.ids.chunks(10) {
        outcomes.extend(thread::scope(|scope| {
            let start = |&id: &ItemId| {
                let named = thread::Builder::new().name(id.thread_name());
                named.spawn_scoped(scope, move || fetch(id)).unwrap()
            };
            let threads: Vec<_> = batch.iter().map(start).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        }));
    }
    Ok(outcomes)
}
