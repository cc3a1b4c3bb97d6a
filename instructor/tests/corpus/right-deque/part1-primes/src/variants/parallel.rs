//! Work stealing by hand: a deque of chunks for each thread, and a look at the others' when it is empty.

use std::{ops::Range, panic, thread};

use crossbeam::deque::{Steal, Stealer, Worker};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` on threads with a deque each, that steal from each other.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get();
    let deques: Vec<Worker<u64>> = (0..workers).map(|_| Worker::new_fifo()).collect();
    let stealers: Vec<Stealer<u64>> = deques.iter().map(Worker::stealer).collect();
    for (number, turn) in (0..job.chunk_count()).zip((0..workers).cycle()) {
        deques[turn].push(number);
    }
    let (work, stealers) = (&work, &stealers);
    let mut pairs: Vec<(u64, Found)> = thread::scope(|scope| {
        let mut handles = Vec::with_capacity(workers);
        for (index, deque) in deques.into_iter().enumerate() {
            let handle = thread::Builder::new().name(Job::worker_name(index)).spawn_scoped(
                scope,
                move || {
                    let mut mine = Vec::new();
                    while let Some(number) = deque.pop().or_else(|| steal_one(stealers, index)) {
                        mine.push((number, work(job.chunk(number))));
                    }
                    mine
                },
            );
            match handle {
                Ok(handle) => handles.push(handle),
                Err(error) => {
                    // Nothing more for those that are at work; the scope waits for them.
                    while steal_one(stealers, index).is_some() {}
                    return Err(PrimesError::CannotStartThreads { workers, source: error.into() });
                }
            }
        }
        let mut pairs = Vec::new();
        for handle in handles {
            pairs.extend(handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
        }
        Ok(pairs)
    })?;
    pairs.sort_unstable_by_key(|&(number, _)| number);
    Ok(pairs.into_iter().map(|(_, found)| found).collect())
}

/// A chunk of another worker, the neighbor first; none if no worker has one.
fn steal_one(stealers: &[Stealer<u64>], thief: usize) -> Option<u64> {
    loop {
        let mut again = false;
        for offset in 0..stealers.len() {
            match stealers[(thief + offset) % stealers.len()].steal() {
                Steal::Success(number) => return Some(number),
                Steal::Retry => again = true,
                Steal::Empty => {}
            }
        }
        if !again {
            return None;
        }
        thread::yield_now();
    }
}
