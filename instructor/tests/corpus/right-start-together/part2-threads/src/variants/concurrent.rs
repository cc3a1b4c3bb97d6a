//! All threads wait until the last one is there, and then ask at once.

use std::{
    iter, panic,
    sync::{OnceLock, RwLock},
    thread,
};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job`, each on a thread of its own.
///
/// # Errors
/// When not all the threads can be started; those that were are waited for.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let threads = job.ids.len();
    let outcomes: Vec<OnceLock<Outcome>> = iter::repeat_with(OnceLock::new).take(threads).collect();
    let may_fetch = RwLock::new(true);
    let (fetch, may_fetch) = (&fetch, &may_fetch);
    thread::scope(|scope| {
        // Nobody can read it before all are there.
        let mut starting = may_fetch.write().expect("nobody to panic with it");
        let mut requests = Vec::with_capacity(threads);
        for (&id, outcome) in job.ids.iter().zip(&outcomes).rev() {
            let request = thread::Builder::new().name(id.thread_name()).spawn_scoped(scope, move || {
                let may_fetch = *may_fetch.read().expect("nobody to panic with it");
                if may_fetch {
                    outcome.set(fetch(id)).expect("one thread for each outcome");
                }
            });
            match request {
                Ok(request) => requests.push(request),
                Err(source) => {
                    *starting = false;
                    return Err(RequestError::CannotStartThreads { threads, source });
                }
            }
        }
        drop(starting);
        for request in requests {
            request.join().unwrap_or_else(|cause| panic::resume_unwind(cause));
        }
        Ok(())
    })?;
    Ok(outcomes.into_iter().map(|outcome| outcome.into_inner().expect("an outcome")).collect())
}
