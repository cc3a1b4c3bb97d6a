//! One item after another, on the calling thread: the baseline of the comparison.

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` one after another.
///
/// # Errors
/// Never: it starts nothing that could fail to start.
pub fn request_sequential(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    Ok(job.ids.iter().map(|&id| fetch(id)).collect())
}
