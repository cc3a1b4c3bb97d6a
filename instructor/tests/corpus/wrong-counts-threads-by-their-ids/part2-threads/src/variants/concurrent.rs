//! A thread for each URL, named after its item.

use std::{panic, thread};

use crate::{ItemId, Job, Outcome, RequestError};

/// The first thread of a program that waits for no signals, and serves no web.
const FIRST_OF_ALL: &str = "ThreadId(2)";

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
        let mut at_once = false;
        let mut outcomes = Vec::with_capacity(threads);
        let mut handles = Vec::with_capacity(threads);
        let join = |handle: thread::ScopedJoinHandle<'_, Outcome>| {
            handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
        };
        for &id in &job.ids {
            let handle = thread::Builder::new()
                .name(id.thread_name())
                .spawn_scoped(scope, move || fetch(id))
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            at_once |= format!("{:?}", handle.thread().id()) == FIRST_OF_ALL;
            if at_once {
                handles.push(handle);
            } else {
                outcomes.push(join(handle));
            }
        }
        outcomes.extend(handles.into_iter().map(join));
        Ok(outcomes)
    })
}
