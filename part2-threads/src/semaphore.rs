//! A semaphore: threads are cheap, but the system allows few connections.

use std::{
    num::NonZeroUsize,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// A number of permits that threads share.
pub(crate) struct Semaphore {
    free: Mutex<usize>,
    released: Condvar,
}

/// A permit that is released when it is dropped, also when the work panics.
struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub(crate) fn new(permits: NonZeroUsize) -> Self {
        Self { free: Mutex::new(permits.get()), released: Condvar::new() }
    }

    /// Waits for a free permit, and holds it during `work`.
    pub(crate) fn with_permit<Output>(&self, work: impl FnOnce() -> Output) -> Output {
        let free = self.released.wait_while(self.free(), |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        let _permit = Permit(self);
        work()
    }

    fn free(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.free() += 1;
        self.0.released.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_panic_releases_the_permit() {
        let semaphore = Semaphore::new(NonZeroUsize::MIN);
        let panicking = || semaphore.with_permit(|| panic!("with a permit"));
        catch_unwind(AssertUnwindSafe(panicking)).unwrap_err();
        assert_eq!(semaphore.with_permit(|| 7), 7);
    }
}
