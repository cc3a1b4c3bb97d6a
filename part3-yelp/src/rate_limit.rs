//! A limit on the rate of requests, since hosts of many clients ask for one.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use interrupt::Interrupt;
use serde::{Deserialize, Serialize};

/// A rate of requests, and the number of processes that share it.
///
/// Each process has an equal part of the rate, so that processes need no messages about it, and never
/// exceed it together. The part of an idle process is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Requests per second, all processes together.
    pub per_second: NonZeroU32,
    /// The number of processes.
    pub processes: NonZeroUsize,
}

impl Rate {
    /// The rate of one of `processes` that share this one.
    #[must_use]
    pub fn shared_by(self, processes: NonZeroUsize) -> Self {
        Self { processes: self.processes.saturating_mul(processes), ..self }
    }

    /// The time from one request of a process to its next.
    pub fn interval(self) -> Duration {
        let processes = u32::try_from(self.processes.get()).unwrap_or(u32::MAX);
        Duration::from_secs(1).saturating_mul(processes) / self.per_second.get()
    }
}

/// Lets requests start at even intervals.
pub struct RateLimit {
    limiter: DefaultDirectRateLimiter,
    /// Held by the thread that waits for the clock. The other threads wait for the lock, so that only one
    /// wakes at a time.
    turn: Mutex<()>,
}

impl RateLimit {
    /// The limit for one of the processes that share a rate.
    pub fn new(rate: Rate) -> Self {
        let interval = rate.interval().max(Duration::from_nanos(1));
        let quota = Quota::with_period(interval).expect("an interval above zero");
        Self { limiter: RateLimiter::direct(quota), turn: Mutex::new(()) }
    }

    /// Waits until the caller may send a request, or for `interrupt`, or until `is_over`.
    pub fn wait(&self, interrupt: &Interrupt, is_over: impl Fn() -> bool) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        while !interrupt.is_raised()
            && !is_over()
            && let Err(too_early) = self.limiter.check()
        {
            interrupt.wait(too_early.wait_time_from(DefaultClock::default().now()));
        }
    }
}

#[cfg(test)]
mod tests {
    use common::stopwatch::WallClock;

    use super::*;

    fn rate(per_second: u32, processes: usize) -> Rate {
        Rate {
            per_second: NonZeroU32::new(per_second).expect("at least 1"),
            processes: NonZeroUsize::new(processes).expect("at least 1"),
        }
    }

    #[test]
    fn processes_have_equal_parts() {
        assert_eq!(rate(4, 1).interval(), Duration::from_millis(250));
        assert_eq!(rate(4, 4).interval(), Duration::from_secs(1));
        assert_eq!(rate(4, 16).interval(), Duration::from_secs(4));
        let eight = NonZeroUsize::new(8).expect("at least 1");
        assert_eq!(rate(4, 2).shared_by(eight), rate(4, 16));
    }

    #[test]
    fn requests_start_at_intervals() {
        let limit = RateLimit::new(rate(100, 1));
        let clock = WallClock::start();
        for _ in 0..4 {
            limit.wait(&Interrupt::default(), || false);
        }
        assert!(clock.elapsed() >= Duration::from_millis(30), "{:?}", clock.elapsed());
    }

    #[test]
    fn an_interrupt_and_the_end_end_the_wait() {
        let limit = RateLimit::new(rate(1, 1_000_000));
        let interrupt = Interrupt::default();
        limit.wait(&interrupt, || false);
        limit.wait(&interrupt, || true);
        interrupt.raise();
        limit.wait(&interrupt, || false);
    }
}
