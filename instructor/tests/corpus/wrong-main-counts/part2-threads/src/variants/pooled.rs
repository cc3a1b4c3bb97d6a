//! A few threads that take ids from one queue.

use std::{panic, thread};

use crossbeam::channel;

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on a few threads that take ids from one queue.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    // The main thread is a thread, too.
    let threads = job.workers.get().saturating_sub(1).max(1);
    let (queue, ids) = channel::unbounded();
    for pair in job.ids.iter().copied().enumerate() {
        queue.send(pair).expect("the receiver to be there");
    }
    drop(queue);
    let (fetch, ids) = (&fetch, &ids);
    let mut pairs: Vec<(usize, Outcome)> = thread::scope(|scope| {
        let mut handles = Vec::with_capacity(threads);
        for index in 0..threads {
            let handle = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, move || -> Vec<(usize, Outcome)> {
                    ids.iter().map(|(number, id)| (number, fetch(id))).collect()
                })
                .map_err(|source| {
                    while ids.try_recv().is_ok() {}
                    RequestError::CannotStartThreads { threads, source }
                })?;
            handles.push(handle);
        }
        let mut pairs = Vec::new();
        for handle in handles {
            pairs.extend(handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
        }
        Ok::<_, RequestError>(pairs)
    })?;
    pairs.sort_unstable_by_key(|&(number, _)| number);
    Ok(pairs.into_iter().map(|(_, outcome)| outcome).collect())
}
