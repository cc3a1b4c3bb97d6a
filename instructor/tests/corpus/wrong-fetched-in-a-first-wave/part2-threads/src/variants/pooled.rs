//! The first items are fetched at once, all others one after another.

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
    let (first, rest) = job.ids.split_at(job.workers.get().min(job.ids.len()));
    let mut outcomes: Vec<Outcome> = thread::scope(|scope| {
        let threads: Vec<_> = first
            .iter()
            .enumerate()
            .map(|(index, &id)| {
                let named = thread::Builder::new().name(Job::worker_name(index));
                named.spawn_scoped(scope, move || fetch(id)).unwrap()
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    outcomes.extend(rest.iter().map(|&id| fetch(id)));
    Ok(outcomes)
}
