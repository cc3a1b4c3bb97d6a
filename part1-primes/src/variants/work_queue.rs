//! Threads that take chunks from one queue: each free thread takes the next one.

use std::{
    ops::Range,
    panic::{self, AssertUnwindSafe},
    thread,
};

use crossbeam::channel;

use crate::{Found, Job, PrimesError, in_order::in_order};

/// How many chunks are in work or wait for their turn, for each worker.
const CHUNKS_PER_WORKER: usize = 16;

/// Finds the primes of `job` on threads that take chunks from one queue.
///
/// # Errors
/// When the threads cannot be started.
pub fn primes_work_queue(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get();
    let window = CHUNKS_PER_WORKER * workers;
    let (queue, chunks) = channel::bounded(window);
    let (finish, finished) = channel::bounded(window);
    let work = |(number, chunk)| {
        // A panic is a result too: without it, the caller would wait for this chunk for ever.
        let found = panic::catch_unwind(AssertUnwindSafe(|| work(chunk)));
        finish.send((number, found)).expect("the caller to wait for all results");
    };

    // The scope owns the queue, so that on every way out of it the queue closes, and the workers end.
    thread::scope(|scope| {
        let queue = queue;
        for index in 0..workers {
            thread::Builder::new()
                .name(Job::worker_name(index))
                .spawn_scoped(scope, || chunks.iter().for_each(&work))
                .map_err(|error| PrimesError::CannotStartThreads {
                    workers,
                    source: error.into(),
                })?;
        }
        let send = |number, chunk| queue.send((number, chunk)).expect("the queue to be open");
        let receive = || finished.recv().expect("the queue to be open");
        let found = in_order(job.chunks(), window, send, receive);
        Ok(found.map(|found| found.unwrap_or_else(|cause| panic::resume_unwind(cause))).collect())
    })
}
