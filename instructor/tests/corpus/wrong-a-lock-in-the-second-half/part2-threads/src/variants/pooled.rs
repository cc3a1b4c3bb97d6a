//! A few threads: the first half of the ids is dealt out, the second half is for those who are free.

use std::{panic, sync::Mutex, thread};

use crate::{ItemId, Job, Outcome, RequestError};

/// Fetches the items of `job` on a few threads.
///
/// # Errors
/// When the threads cannot be started.
pub fn request_pooled(
    job: &Job,
    fetch: impl Fn(ItemId) -> Outcome + Sync,
) -> Result<Vec<Outcome>, RequestError> {
    let threads = job.workers.get();
    let numbered: Vec<(usize, ItemId)> = job.ids.iter().copied().enumerate().collect();
    let (dealt, queued) = numbered.split_at(numbered.len() / 2);
    let queue = Mutex::new(queued.iter().copied());
    let take_turns = |worker: usize| {
        let mut mine = Vec::new();
        for &(index, id) in dealt.iter().skip(worker).step_by(threads) {
            mine.push((index, fetch(id)));
        }
        while let Some((index, id)) = queue.lock().expect("no panic").next() {
            mine.push((index, fetch(id)));
        }
        mine
    };
    let take_turns = &take_turns;
    thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for index in 0..threads {
            let worker = thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, move || take_turns(index))
                .map_err(|source| RequestError::CannotStartThreads { threads, source })?;
            workers.push(worker);
        }
        let mut done: Vec<(usize, Outcome)> = Vec::with_capacity(job.ids.len());
        for worker in workers {
            done.extend(worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
        }
        done.sort_by_key(|&(index, _)| index);
        Ok(done.into_iter().map(|(_, outcome)| outcome).collect())
    })
}
