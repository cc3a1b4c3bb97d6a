//! A thread for each URL, named after its item.

use std::{panic, thread};

use crate::{ItemId, Job, Outcome, RequestError};

/// A server does not like more than this at once.
const AT_ONCE: usize = 24;

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
    let mut outcomes = Vec::with_capacity(threads);
    for some in job.ids.chunks(AT_ONCE) {
        thread::scope(|scope| {
            let mut handles = Vec::with_capacity(some.len());
            for &id in some {
                let handle = thread::Builder::new()
                    .name(id.thread_name())
                    .spawn_scoped(scope, move || fetch(id))
                    .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
                handles.push(handle);
            }
            for handle in handles {
                outcomes.push(handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
            }
            Ok::<(), RequestError>(())
        })?;
    }
    Ok(outcomes)
}
