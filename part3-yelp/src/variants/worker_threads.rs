//! Threads that share a list of items: each free thread takes the next one.

use std::{iter, panic, sync::Mutex, thread};

use crate::ScrapeError;

/// Calls `work` for each item once, on threads that take one item after another. Returns the results in
/// the order of the items.
///
/// # Errors
/// When the threads cannot be started.
pub fn on_threads<'a, Item: Sync, Output: Send>(
    items: &'a [Item],
    threads: usize,
    name: impl Fn(usize) -> String,
    work: impl Fn(&'a Item) -> Output + Sync,
) -> Result<Vec<Output>, ScrapeError> {
    let queue = Mutex::new(items.iter().enumerate());
    let next = || queue.lock().expect("nobody to panic while taking an item").next();
    let take_turns = || -> Vec<(usize, Output)> {
        iter::from_fn(next).map(|(index, item)| (index, work(item))).collect()
    };
    let mut done = thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for index in 0..threads {
            let worker = thread::Builder::new()
                .name(name(index))
                .spawn_scoped(scope, take_turns)
                .inspect_err(|_| while next().is_some() {}) // nothing more for the others
                .map_err(|source| ScrapeError::CannotStartThreads { threads, source })?;
            workers.push(worker);
        }
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<(usize, Output)>>| {
            worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
        };
        Ok::<_, ScrapeError>(workers.into_iter().flat_map(join).collect::<Vec<_>>())
    })?;
    done.sort_unstable_by_key(|&(index, _)| index);
    Ok(done.into_iter().map(|(_, output)| output).collect())
}
