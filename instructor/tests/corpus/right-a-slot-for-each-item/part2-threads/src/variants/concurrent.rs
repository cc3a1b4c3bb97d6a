//! Each thread writes into a slot of its own.

use std::{sync::OnceLock, thread};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` at once.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let slots: Vec<OnceLock<Outcome>> = job.ids.iter().map(|_| OnceLock::new()).collect();
    thread::scope(|scope| {
        for (slot, &id) in slots.iter().zip(&job.ids) {
            let fetch = &fetch;
            let named = thread::Builder::new().name(id.thread_name());
            named.spawn_scoped(scope, move || slot.set(fetch(id)).unwrap()).unwrap();
        }
    });
    Ok(slots.into_iter().map(|slot| slot.into_inner().unwrap()).collect())
}
