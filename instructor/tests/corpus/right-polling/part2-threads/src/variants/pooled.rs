//! A few threads that look into a basket again and again, while the caller fills it slowly.

use std::{
    collections::VecDeque,
    panic,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crate::{ItemId, Job, Outcome, RequestError};

/// How long a worker naps that finds nothing in the basket, or somebody else at it.
const NAP: Duration = Duration::from_millis(1);

/// How long the caller takes from one id to the next.
const PACE: Duration = Duration::from_micros(500);

/// Fetches the items of `job` on a few threads that take ids from one basket.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let threads = job.workers.get();
    let basket = Mutex::new(VecDeque::new());
    let is_full = AtomicBool::new(false);
    let look_and_fetch = || {
        let mut mine = Vec::new();
        loop {
            // Before the look into the basket: what is put in later is not overlooked.
            let is_last_look = is_full.load(Ordering::Acquire);
            let Ok(mut open) = basket.try_lock() else {
                thread::sleep(NAP);
                continue;
            };
            let taken = open.pop_front();
            drop(open);
            match taken {
                Some((index, id)) => mine.push((index, fetch(id))),
                None if is_last_look => return mine,
                None => thread::sleep(NAP),
            }
        }
    };

    thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for index in 0..threads {
            let worker = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, &look_and_fetch)
                .inspect_err(|_| is_full.store(true, Ordering::Release))
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            workers.push(worker);
        }
        for (index, &id) in job.ids.iter().enumerate() {
            basket.lock().unwrap_or_else(PoisonError::into_inner).push_back((index, id));
            thread::sleep(PACE);
        }
        is_full.store(true, Ordering::Release);
        let mut done: Vec<(usize, Outcome)> = Vec::with_capacity(job.ids.len());
        for worker in workers {
            done.extend(worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
        }
        done.sort_by_key(|&(index, _)| index);
        Ok(done.into_iter().map(|(_, outcome)| outcome).collect())
    })
}
