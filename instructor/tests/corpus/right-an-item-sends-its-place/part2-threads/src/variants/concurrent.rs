//! Each thread sends its outcome with its place in line.

use std::{sync::mpsc, thread};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` at once.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_concurrent(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let (results, outcomes) = mpsc::channel();
    thread::scope(|scope| {
        for (index, &id) in job.ids.iter().enumerate() {
            let (results, fetch) = (results.clone(), &fetch);
            let named = thread::Builder::new().name(id.thread_name());
            named
                .spawn_scoped(scope, move || results.send((index, fetch(id))).unwrap())
                .map_err(|source| RequestError::CannotStartThreads { threads: job.ids.len(), source })?;
        }
        Ok::<(), RequestError>(())
    })?;
    drop(results);
    let mut outcomes: Vec<(usize, Outcome)> = outcomes.iter().collect();
    outcomes.sort_by_key(|&(index, _)| index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}
