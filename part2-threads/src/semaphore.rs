//! Turns at requests: threads are cheap, and the connections that the system allows may be few.

use std::{
    num::NonZeroUsize,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// A number of turns that threads share.
pub(crate) struct Turns {
    free: Mutex<usize>,
    given_back: Condvar,
}

/// Gives a turn back when it is dropped, also when the work panics.
struct Turn<'a>(&'a Turns);

impl Turns {
    pub(crate) fn new(at_once: NonZeroUsize) -> Self {
        Self { free: Mutex::new(at_once.get()), given_back: Condvar::new() }
    }

    /// Waits for a free turn, and does `work` in it.
    pub(crate) fn take<Output>(&self, work: impl FnOnce() -> Output) -> Output {
        let free = self.given_back.wait_while(self.free(), |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        let _turn = Turn(self);
        work()
    }

    fn free(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free() += 1;
        self.0.given_back.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_panic_gives_the_turn_back() {
        let turns = Turns::new(NonZeroUsize::MIN);
        let panicking = || turns.take(|| panic!("in its turn"));
        catch_unwind(AssertUnwindSafe(panicking)).unwrap_err();
        assert_eq!(turns.take(|| 7), 7);
    }
}
