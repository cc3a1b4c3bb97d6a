//! A thread for each item, and one agent for all, locked for the whole request.

use std::{sync::Mutex, thread};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` at once.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let agent = Mutex::new(&fetch);
    Ok(thread::scope(|scope| {
        let threads: Vec<_> = job
            .ids
            .iter()
            .map(|&id| {
                let agent = &agent;
                let named = thread::Builder::new().name(id.thread_name());
                named.spawn_scoped(scope, move || (agent.lock().unwrap())(id)).unwrap()
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }))
}
