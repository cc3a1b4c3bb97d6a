//! A thread for each URL, named after its item: all requests are in flight at once.

// BEGIN SOLUTION
use std::{panic, thread};

// END SOLUTION
use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job`, each on a thread of its own.
///
/// # Errors
/// When not all threads can be started; it waits for those that were.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    // BEGIN SOLUTION(job, fetch): start a thread for each id, called by its `thread_name`, that calls
    // `fetch`; only then join them, and return the outcomes in the order of the ids
    let threads = job.ids.len();
    let fetch = &fetch;
    thread::scope(|scope| {
        let mut requests = Vec::with_capacity(threads);
        for &id in &job.ids {
            let request = thread::Builder::new()
                .name(id.thread_name())
                .spawn_scoped(scope, move || fetch(id))
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            requests.push(request);
        }
        let join = |request: thread::ScopedJoinHandle<'_, Outcome>| {
            request.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
        };
        Ok(requests.into_iter().map(join).collect())
    })
    // END SOLUTION
}
