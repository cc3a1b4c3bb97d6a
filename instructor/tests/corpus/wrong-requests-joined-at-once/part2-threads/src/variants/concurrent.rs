//! A named thread for each item, joined before the next is started.

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
        let mut outcomes = Vec::new();
        for &id in &job.ids {
            let named = thread::Builder::new().name(id.thread_name());
            let thread = named.spawn_scoped(scope, move || fetch(id)).unwrap();
            outcomes.push(thread.join().unwrap());
        }
        outcomes
    }))
}
