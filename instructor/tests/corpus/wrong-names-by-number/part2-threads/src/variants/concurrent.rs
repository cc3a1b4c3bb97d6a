//! Threads that are called by their place, not by their item.

use std::thread;

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` at once.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let fetch = &fetch;
    Ok(thread::scope(|scope| {
        let threads: Vec<_> = (0..)
            .zip(&job.ids)
            .map(|(index, &id)| {
                let named = thread::Builder::new().name(format!("item-{index}"));
                named.spawn_scoped(scope, move || fetch(id)).unwrap()
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
