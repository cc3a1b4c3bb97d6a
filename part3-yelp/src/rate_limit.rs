//! A limit on our own requests, since a host that serves many clients asks for politeness.

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

/// How many requests a second are allowed, and how many processes share that.
///
/// Each process has an equal part of it for itself: no message has to pass between them, and
/// whatever becomes of one of them, all together never exceed the limit. What that costs is the
/// part of those that have nothing left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Requests a second, all processes together.
    pub per_second: NonZeroU32,
    /// How many processes there are.
    pub processes: NonZeroUsize,
}

impl Rate {
    /// The time from one request of a process to its next.
    pub fn interval(self) -> Duration {
        let processes = u32::try_from(self.processes.get()).unwrap_or(u32::MAX);
        Duration::from_secs(1).saturating_mul(processes) / self.per_second.get()
    }
}

/// Lets one request after another pass, at even intervals.
pub struct RateLimit {
    limiter: DefaultDirectRateLimiter,
    /// Held by the one who waits for the clock; all others wait for that one, lest hundreds of
    /// threads wake at the same moment for a single turn.
    turn: Mutex<()>,
}

impl RateLimit {
    /// The pace of one of the processes that share a rate.
    pub fn new(rate: Rate) -> Self {
        let interval = rate.interval().max(Duration::from_nanos(1));
        let quota = Quota::with_period(interval).expect("an interval above zero");
        Self { limiter: RateLimiter::direct(quota), turn: Mutex::new(()) }
    }

    /// Waits for the caller's turn, or for `interrupt`, or until there is no point in a turn since
    /// `is_over`.
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
    fn sharers_have_equal_parts() {
        assert_eq!(rate(4, 1).interval(), Duration::from_millis(250));
        assert_eq!(rate(4, 4).interval(), Duration::from_secs(1));
        assert_eq!(rate(4, 16).interval(), Duration::from_secs(4));
    }

    #[test]
    fn turns_come_at_intervals() {
        let pace = RateLimit::new(rate(100, 1));
        let clock = WallClock::start();
        for _ in 0..4 {
            pace.wait(&Interrupt::default(), || false);
        }
        assert!(clock.elapsed() >= Duration::from_millis(30), "{:?}", clock.elapsed());
    }

    #[test]
    fn nobody_waits_beyond_an_interrupt_or_the_end() {
        let pace = RateLimit::new(rate(1, 1_000_000));
        let interrupt = Interrupt::default();
        pace.wait(&interrupt, || false);
        pace.wait(&interrupt, || true);
        interrupt.raise();
        pace.wait(&interrupt, || false);
    }
}
