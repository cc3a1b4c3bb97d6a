//! Each worker has every so-manieth id, known beforehand.

use std::thread;

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on a few threads.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let workers = job.workers.get();
    let fetch = &fetch;
    let mut outcomes = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let named = thread::Builder::new().name(Job::worker_name(worker));
                let deal = move || {
                    let own = job.ids.iter().enumerate().skip(worker).step_by(workers);
                    own.map(|(index, &id)| (index, fetch(id))).collect::<Vec<_>>()
                };
                named.spawn_scoped(scope, deal).unwrap()
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    outcomes.sort_by_key(|&(index, _)| index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}
