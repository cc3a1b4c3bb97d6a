//! Threads with a stride each: of n workers, worker i takes chunks i, i + n, i + 2n, and so on.

use std::{
    any::Any,
    ops::Range,
    panic::{self, AssertUnwindSafe},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::{Found, Job, PrimesError};

/// Where workers put what they have found, and the caller waits.
struct Desk {
    found: Vec<Option<Found>>,
    left: usize,
    panic: Option<Box<dyn Any + Send>>,
    is_closed: bool,
}

/// Finds the primes of `job` on threads that each take every n-th chunk.
///
/// # Errors
/// When the threads cannot be started.
///
/// # Panics
/// Where `work` does, on any of the threads: without one chunk, there is no answer.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let workers = job.workers.get();
    let count = usize::try_from(job.chunk_count()).expect("as many chunks as there is memory for");
    let desk = Mutex::new(Desk {
        found: vec![None; count],
        left: count,
        panic: None,
        is_closed: false,
    });
    let changed = Condvar::new();
    let stride = |worker: usize| {
        for index in (worker..count).step_by(workers) {
            if lock(&desk).is_closed {
                return;
            }
            let chunk = job.chunk(index as u64);
            let found = panic::catch_unwind(AssertUnwindSafe(|| work(chunk)));
            let mut desk = lock(&desk);
            match found {
                Ok(found) => {
                    desk.found[index] = Some(found);
                    desk.left -= 1;
                }
                Err(cause) => {
                    desk.panic.get_or_insert(cause);
                    desk.is_closed = true;
                }
            }
            changed.notify_one();
        }
    };

    thread::scope(|scope| {
        // The last one first: the order in which they start does not matter.
        for worker in (0..workers).rev() {
            let stride = &stride;
            thread::Builder::new()
                .name(Job::worker_name(worker))
                .spawn_scoped(scope, move || stride(worker))
                .inspect_err(|_| lock(&desk).is_closed = true)
                .map_err(|error| PrimesError::CannotStartThreads {
                    workers,
                    source: error.into(),
                })?;
        }
        let is_at_work = |desk: &mut Desk| desk.left > 0 && desk.panic.is_none();
        let mut desk = changed
            .wait_while(lock(&desk), is_at_work)
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(cause) = desk.panic.take() {
            drop(desk);
            panic::resume_unwind(cause);
        }
        Ok(desk.found.iter_mut().filter_map(Option::take).collect())
    })
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}
