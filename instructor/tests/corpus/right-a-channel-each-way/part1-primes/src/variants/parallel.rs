//! Numbers go out by one channel behind a lock, and finds come back by another.

use std::{
    ops::Range,
    sync::{Mutex, mpsc},
    thread,
};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job`.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let (tasks, queue) = mpsc::channel();
    let queue = Mutex::new(queue);
    let (results, finds) = mpsc::channel();
    for task in job.chunks().enumerate() {
        tasks.send(task).unwrap();
    }
    drop(tasks);
    thread::scope(|scope| {
        for _ in 0..job.workers.get() {
            let (results, queue, work) = (results.clone(), &queue, &work);
            scope.spawn(move || {
                loop {
                    let task = queue.lock().unwrap().recv();
                    let Ok((index, chunk)) = task else { break };
                    results.send((index, work(chunk))).unwrap();
                }
            });
        }
    });
    drop(results);
    let mut finds: Vec<(usize, Found)> = finds.iter().collect();
    finds.sort_by_key(|&(index, _)| index);
    Ok(finds.into_iter().map(|(_, found)| found).collect())
}
