//! Outcomes in the order in which they are popped.

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
        let mut threads: Vec<_> = job
            .ids
            .iter()
            .map(|&id| {
                let named = thread::Builder::new().name(id.thread_name());
                named.spawn_scoped(scope, move || fetch(id)).unwrap()
            })
            .collect();
        let mut outcomes = Vec::new();
        while let Some(thread) = threads.pop() {
            outcomes.push(thread.join().unwrap());
        }
        outcomes
    }))
}
