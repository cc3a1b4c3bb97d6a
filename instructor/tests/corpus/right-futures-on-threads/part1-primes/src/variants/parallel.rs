//! A future for each chunk, and an executor whose threads poll one after another to its end.

use std::{
    ops::Range,
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
    thread,
};

use crate::{Found, Job, PrimesError};

/// Finds the primes of `job` on an executor of our own.
///
/// # Errors
/// Never: whatever fails, panics.
pub fn primes_parallel(
    job: &Job,
    work: impl Fn(Range<u64>) -> Found + Sync,
) -> Result<Found, PrimesError> {
    let work = &work;
    let futures = job.chunks().map(|chunk| async move { work(chunk) });
    let ready = Mutex::new(futures.enumerate().collect::<Vec<_>>());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..job.workers.get() {
            scope.spawn(|| {
                loop {
                    let Some((place, future)) = ready.lock().unwrap().pop() else { return };
                    let found = block_on(future);
                    done.lock().unwrap().push((place, found));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_unstable_by_key(|&(place, _)| place);
    Ok(done.into_iter().map(|(_, found)| found).fold(Found::default(), Found::merge))
}

fn block_on<Output>(future: impl Future<Output = Output>) -> Output {
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::yield_now(),
        }
    }
}
