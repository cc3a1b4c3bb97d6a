//! Sleeps that end on time: the runtime's timers would add 1.5 ms to 50 ms, and distort comparisons
//! with the floor.
//!
//! One timer of the kernel wakes all sleepers, each at its deadline (see `timerfd_create(2)`).

use std::{
    collections::BTreeMap,
    io,
    os::fd::{AsFd, OwnedFd},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use common::stopwatch::WallClock;
use nix::sys::{
    time::TimeSpec,
    timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags},
};
use tokio::{
    io::{Interest, unix::AsyncFd},
    sync::oneshot,
};

/// The longest single wait; longer ones are split.
const WAIT_MAX: Duration = Duration::from_hours(1);

/// Wakes sleepers at their deadlines, while [`run`](Self::run) runs.
#[derive(Debug)]
pub(super) struct Timer {
    clock: WallClock,
    descriptor: TimerFd,
    /// The kernel timer, as the runtime waits for it.
    expirations: AsyncFd<OwnedFd>,
    sleepers: Mutex<Sleepers>,
}

/// The sleepers, by deadline and number.
#[derive(Debug, Default)]
struct Sleepers {
    waiting: BTreeMap<(Duration, u64), oneshot::Sender<()>>,
    last_number: u64,
}

impl Timer {
    /// A timer for the current runtime.
    pub(super) fn new() -> io::Result<Self> {
        let flags = TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC;
        let descriptor = TimerFd::new(ClockId::CLOCK_MONOTONIC, flags)?;
        let same_timer = descriptor.as_fd().try_clone_to_owned()?;
        #[expect(deprecated, reason = "sound for a file we own; what replaces it is unsafe")]
        let expirations = AsyncFd::with_interest(same_timer, Interest::READABLE)?;
        Ok(Self { clock: WallClock::start(), descriptor, expirations, sleepers: Mutex::default() })
    }

    /// Sleeps for at least `duration`, and hardly longer; not at all if it is zero.
    pub(super) async fn sleep(&self, duration: Duration) {
        if duration.is_zero() {
            return;
        }
        let (sender, woken) = oneshot::channel();
        {
            let deadline = self.clock.elapsed().saturating_add(duration);
            let mut sleepers = self.lock();
            sleepers.last_number += 1;
            let key = (deadline, sleepers.last_number);
            sleepers.waiting.insert(key, sender);
            if sleepers.waiting.first_key_value().is_some_and(|(first, _)| *first == key) {
                self.set(duration);
            }
        }
        // The sender is kept for as long as this timer.
        let _ = woken.await;
    }

    /// Wakes sleepers until the runtime stops; runs once, beside the sleepers.
    pub(super) async fn run(self: Arc<Self>) {
        while let Ok(mut guard) = self.expirations.readable().await {
            guard.clear_ready();
            self.wake_expired();
        }
    }

    fn wake_expired(&self) {
        let mut sleepers = self.lock();
        while let Some(first) = sleepers.waiting.first_entry() {
            let wait = first.key().0.saturating_sub(self.clock.elapsed());
            if !wait.is_zero() {
                return self.set(wait);
            }
            // A client that left meanwhile does not wait any more.
            let _ = first.remove().send(());
        }
    }

    /// Sets the timer to expire once after `wait`, which must not be zero.
    fn set(&self, wait: Duration) {
        let wait = TimeSpec::from_duration(wait.min(WAIT_MAX));
        let set = self.descriptor.set(Expiration::OneShot(wait), TimerSetTimeFlags::empty());
        set.expect("a timer of ours and a time within bounds");
    }

    fn lock(&self) -> MutexGuard<'_, Sleepers> {
        // Sleepers are valid after each statement, so a panic elsewhere cannot have broken them.
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
