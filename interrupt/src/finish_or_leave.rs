//! Runs calls that nothing can wake, such as those of a database: an interrupt ends the wait, not
//! the call.

use std::{
    panic,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

use crate::Interrupt;

/// The interval at which a waiting caller checks for the interrupt.
const LOOK_EVERY: Duration = Duration::from_millis(20);

impl Interrupt {
    /// Runs `work` on a thread of its own and returns its result.
    ///
    /// If there is no result when `grace` has passed since the interrupt, this returns `None`. Then
    /// the thread is left behind: it goes on until its work is done or the process ends. Where no
    /// thread can be started, `work` runs on the calling thread, to its end.
    ///
    /// # Panics
    /// When `work` does.
    pub fn finish_or_leave<Output: Send + 'static>(
        &self,
        grace: Duration,
        work: impl FnOnce() -> Output + Send + 'static,
    ) -> Option<Output> {
        let output = Arc::new(Mutex::new(None));
        let has_output = self.finish_or_leave_untyped(grace, {
            let output = Arc::clone(&output);
            Box::new(move || {
                let done = work();
                *lock(&output) = Some(done);
            })
        });
        has_output.then(|| lock(&output).take().expect("an output of work that is done"))
    }

    /// The same for work that keeps its output itself, so that this is compiled once, with this
    /// crate. Returns whether the work is done.
    fn finish_or_leave_untyped(&self, grace: Duration, work: Box<dyn FnOnce() + Send>) -> bool {
        let is_over = || self.raised_since().is_some_and(|since| since >= grace);
        if is_over() {
            return false;
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let work = Arc::new(Mutex::new(Some(work)));
        let started = thread::Builder::new().name("waited-for".to_owned()).spawn({
            let work = Arc::clone(&work);
            move || {
                let work = lock(&work).take().expect("the work to be done once");
                work();
                // There is no receiver any more if this thread was left behind.
                let _ = sender.send(());
            }
        });
        let Ok(thread) = started else {
            let work = lock(&work).take().expect("the work to be still here without a thread");
            work();
            return true;
        };
        loop {
            match receiver.recv_timeout(LOOK_EVERY) {
                Ok(()) => return true,
                Err(mpsc::RecvTimeoutError::Timeout) if is_over() => return false,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    let end = thread.join();
                    panic::resume_unwind(end.expect_err("a thread without a result to panic"));
                }
            }
        }
    }
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_waited_for_and_after_the_interrupt_for_a_grace() {
        let interrupt = Interrupt::default();
        assert_eq!(interrupt.finish_or_leave(Duration::ZERO, || 7), Some(7));
        interrupt.raise();
        assert_eq!(interrupt.finish_or_leave(Duration::MAX, || 7), Some(7));
        assert_eq!(interrupt.finish_or_leave(Duration::ZERO, || 7), None);
    }

    #[test]
    fn an_interrupt_leaves_work_behind_that_has_no_end() {
        let interrupt = Interrupt::default();
        let (end, never_before_the_end_of_the_test) = mpsc::channel::<()>();
        let (sender, has_begun) = mpsc::channel();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                interrupt.finish_or_leave(Duration::from_millis(1), move || {
                    sender.send(()).unwrap();
                    never_before_the_end_of_the_test.recv()
                })
            });
            has_begun.recv().unwrap();
            interrupt.raise();
            assert_eq!(waiting.join().unwrap(), None);
        });
        drop(end);
    }

    #[test]
    fn a_panic_of_the_work_is_one_of_its_caller() {
        let interrupt = Interrupt::default();
        let result = panic::catch_unwind(panic::AssertUnwindSafe(|| {
            interrupt.finish_or_leave(Duration::ZERO, || panic!("of the work"))
        }));
        let cause = result.expect_err("a panic");
        assert_eq!(cause.downcast_ref(), Some(&"of the work"));
    }
}
