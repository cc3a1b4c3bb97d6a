//! One thread at a time, as long as each answers within half a second; otherwise all of them.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use crate::{ItemId, Job, Outcome, RequestError};

const LONG: Duration = Duration::from_millis(500);

/// Fetches the items of `job`.
///
/// # Errors
/// When not all the threads can be started.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let threads = job.ids.len();
    let fetch = &fetch;
    thread::scope(|scope| {
        let mut running = Vec::new();
        let mut patience = LONG;
        for &id in &job.ids {
            let (done, wait) = mpsc::channel::<()>();
            let thread = thread::Builder::new().name(id.thread_name());
            let thread = thread.spawn_scoped(scope, move || {
                let _done = done; // dropped when the item is there
                fetch(id)
            });
            running.push(
                thread.map_err(|source| RequestError::CannotStartThreads { threads, source })?,
            );
            if wait.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                patience = Duration::ZERO;
            }
        }
        Ok(running.into_iter().map(|thread| thread.join().unwrap()).collect())
    })
}
