//! A few threads with a desk each: one that is free says so, and gets the next id from the queue onto its
//! own desk.

use std::{panic, sync::mpsc, thread};

use crossbeam::channel;

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on a few threads, to which the caller gives one id after another.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let fetch = &fetch;
    let threads = job.workers.get();
    thread::scope(|scope| {
        let (say_free, who_is_free) = channel::unbounded();
        let mut desks = Vec::with_capacity(threads);
        let mut workers = Vec::with_capacity(threads);
        for me in 0..threads {
            let (desk, on_my_desk) = mpsc::sync_channel::<(usize, ItemId)>(1);
            let say_free = say_free.clone();
            let worker = thread::Builder::new()
                .name(Job::worker_name(me))
                .spawn_scoped(scope, move || {
                    let mut mine = Vec::new();
                    while say_free.send(me).is_ok() {
                        let Ok((index, id)) = on_my_desk.recv() else { break };
                        mine.push((index, fetch(id)));
                    }
                    mine
                })
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            desks.push(desk);
            workers.push(worker);
        }
        drop(say_free);
        for (index, &id) in job.ids.iter().enumerate() {
            // None is left if all have panicked.
            let Ok(free) = who_is_free.recv() else { break };
            desks[free].send((index, id)).expect("a free worker to wait for an id");
        }
        drop(desks);
        let mut outcomes: Vec<Option<Outcome>> = vec![None; job.ids.len()];
        for worker in workers {
            for (index, outcome) in worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause)) {
                outcomes[index] = Some(outcome);
            }
        }
        Ok(outcomes.into_iter().flatten().collect())
    })
}
