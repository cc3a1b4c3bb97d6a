//! A few threads that take ids from one queue.

use std::{
    panic,
    sync::{Mutex, PoisonError},
    thread,
};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on a few threads that take ids from one queue.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let threads = job.workers.get();
    let queue = Mutex::new(job.ids.iter().copied());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let (next, fetch) = (&next, &fetch);
    let mut outcomes: Vec<Outcome> = thread::scope(|scope| {
        let mut handles = Vec::with_capacity(threads);
        for index in 0..threads {
            let handle = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, move || {
                    let mut mine = Vec::new();
                    while let Some(id) = next() {
                        mine.push(fetch(id));
                    }
                    mine
                })
                .map_err(|source| {
                    while next().is_some() {}
                    RequestError::CannotStartThreads { threads, source }
                })?;
            handles.push(handle);
        }
        let mut outcomes = Vec::new();
        for handle in handles {
            outcomes.extend(handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
        }
        Ok::<_, RequestError>(outcomes)
    })?;
    outcomes.sort_by_key(Outcome::id);
    Ok(outcomes)
}
