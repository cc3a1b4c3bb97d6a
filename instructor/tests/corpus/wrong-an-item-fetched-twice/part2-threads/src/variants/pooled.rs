//! Each worker has a share of the ids, which ends with the first id of the next share.

use std::{panic, thread};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on a few threads, each with its own share of the ids.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let threads = job.workers.get();
    let length = job.ids.len().div_ceil(threads).max(1);
    let fetch = &fetch;
    thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for index in 0..threads {
            let start = (index * length).min(job.ids.len());
            let end = (start + length + 1).min(job.ids.len());
            let share = &job.ids[start..end];
            let worker = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, move || {
                    let mut fetched: Vec<_> = share.iter().map(|&id| fetch(id)).collect();
                    fetched.truncate(length);
                    fetched
                })
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            workers.push(worker);
        }
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<_>>| {
            worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
        };
        Ok(workers.into_iter().flat_map(join).collect())
    })
}
