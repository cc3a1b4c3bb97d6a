//! Values that are computed at their first use, with or without `std`.

#[cfg(not(feature = "std"))]
pub(crate) use self::racing::LazyLock;
#[cfg(feature = "std")]
pub(crate) use std::sync::LazyLock;

/// Without `std`, no thread can wait for another one. So each thread may compute the value, and the
/// first one to finish sets it.
#[cfg(any(not(feature = "std"), test))]
mod racing {
    use alloc::boxed::Box;
    use core::{
        ops::Deref,
        ptr,
        sync::atomic::{AtomicPtr, Ordering},
    };

    /// A value in a static that is computed at its first use, and never freed.
    pub(crate) struct LazyLock<T> {
        /// Null, or a box that is never freed.
        value: AtomicPtr<T>,
        compute: fn() -> T,
    }

    impl<T> LazyLock<T> {
        pub(crate) const fn new(compute: fn() -> T) -> Self {
            Self { value: AtomicPtr::new(ptr::null_mut()), compute }
        }
    }

    impl<T: Send + Sync + 'static> Deref for LazyLock<T> {
        type Target = T;

        #[expect(unsafe_code, reason = "`core` has no value that several threads can set")]
        fn deref(&self) -> &T {
            let mut value = self.value.load(Ordering::Acquire);
            if value.is_null() {
                let computed = Box::into_raw(Box::new((self.compute)()));
                let set = self.value.compare_exchange(
                    ptr::null_mut(),
                    computed,
                    Ordering::AcqRel,
                    Ordering::Acquire,
                );
                value = match set {
                    Ok(_) => computed,
                    Err(other) => {
                        // SAFETY: the pointer is from `into_raw`, and no other thread has seen it
                        drop(unsafe { Box::from_raw(computed) });
                        other
                    }
                };
            }
            // SAFETY: the pointer is not null, so it is that of a box that is never freed or changed.
            // `Acquire` makes its contents visible, and `T: Send + Sync` lets threads share them.
            unsafe { &*value }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{ptr, sync::Barrier, thread};

    use super::racing::LazyLock;

    #[test]
    fn all_threads_get_the_same_value() {
        static LOCK: LazyLock<Vec<u32>> = LazyLock::new(|| (0..10).collect());
        let barrier = Barrier::new(3);
        let address = || {
            barrier.wait();
            assert_eq!(LOCK.iter().sum::<u32>(), 45);
            ptr::from_ref(&*LOCK) as usize
        };
        let addresses = thread::scope(|scope| {
            let threads = [(); 3].map(|()| scope.spawn(address));
            threads.map(|thread| thread.join().expect("the thread does not panic"))
        });
        assert_eq!(addresses, [addresses[0]; 3]);
    }
}
