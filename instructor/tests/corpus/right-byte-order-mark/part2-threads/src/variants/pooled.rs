//! A right solution, saved by an editor that puts a byte order mark first.

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
    let threads = job.workers.get();
    let (queue, ids) = channel::bounded(job.ids.len());
    for numbered in job.ids.iter().copied().enumerate() {
        queue.send(numbered).expect("room for every id");
    }
    drop(queue); // The workers end once it is empty.
    let work = || ids.iter().map(|(number, id)| (number, fetch(id))).collect::<Vec<_>>();

    let mut outcomes = thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for index in 0..threads {
            let worker = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, work)
                .inspect_err(|_| ids.try_iter().for_each(drop)) // nothing more for the others
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            workers.push(worker);
        }
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<_>>| {
            worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
        };
        Ok(workers.into_iter().flat_map(join).collect::<Vec<_>>())
    })?;
    outcomes.sort_unstable_by_key(|&(number, _)| number);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}
