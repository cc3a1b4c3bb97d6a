//! What could not be had is put into the queue once more, and its first outcome is kept, too.

use std::{collections::VecDeque, panic, sync::Mutex, thread};

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
    let numbered = job.ids.iter().copied().enumerate().map(|(number, id)| (number, id, 0_u8));
    let queue: Mutex<VecDeque<(usize, ItemId, u8)>> = Mutex::new(numbered.collect());
    let work = || {
        let mut done = Vec::new();
        loop {
            let next = queue.lock().expect("nobody to panic with it").pop_front();
            let Some((number, id, retries)) = next else { return done };
            let outcome = fetch(id);
            if matches!(outcome, Outcome::Failed(_)) && retries == 0 {
                let mut queue = queue.lock().expect("nobody to panic with it");
                queue.push_back((number, id, retries + 1));
            }
            done.push((number, outcome));
        }
    };
    let mut outcomes = thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for index in 0..threads {
            let worker = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, work)
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            workers.push(worker);
        }
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<(usize, Outcome)>>| {
            worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
        };
        Ok::<_, RequestError>(workers.into_iter().flat_map(join).collect::<Vec<_>>())
    })?;
    outcomes.sort_by_key(|&(number, _)| number);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}
