//! A thread for each URL, named after its item.

use std::{panic, thread};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job`, each on a thread of its own.
///
/// # Errors
/// When not all the threads can be started; those that were are waited for.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let fetch = &fetch;
    let threads = job.ids.len();
    thread::scope(|scope| {
        let mut handles = Vec::with_capacity(threads);
        for (number, &id) in (1..).zip(&job.ids) {
            let handle = thread::Builder::new()
                .name(ItemId(number).thread_name())
                .spawn_scoped(scope, move || fetch(id))
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            handles.push(handle);
        }
        let mut outcomes = Vec::with_capacity(threads);
        for handle in handles {
            outcomes.push(handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
        }
        Ok(outcomes)
    })
}
