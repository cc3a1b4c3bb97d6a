//! Limits how many calls a client makes within a second, and within a day (UTC).

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use crate::{YelpLimits, answer::Header};

const DAY_SECONDS: u64 = 24 * 60 * 60;
const ONE_SECOND: Duration = Duration::from_secs(1);

/// Counts the calls of a client against its limits.
#[derive(Debug)]
pub(super) struct CallLimiter {
    limits: YelpLimits,
    counts: Mutex<CallCounts>,
}

#[derive(Debug, Default)]
struct CallCounts {
    /// Days since 1970.
    day: u64,
    calls_of_day: u32,
    /// The start of the current second, at its first call.
    second_started: Duration,
    calls_of_second: u32,
}

/// The remaining calls after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RemainingCalls {
    pub(super) daily: u32,
    pub(super) remaining: u32,
    /// The time of the reset, in Unix time.
    pub(super) reset_at: Duration,
    /// The limit for which the call is refused, and not counted.
    pub(super) exceeded: Option<Exceeded>,
}

/// An exceeded limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exceeded {
    PerSecond,
    Daily,
}

impl CallLimiter {
    pub(super) fn new(limits: YelpLimits) -> Self {
        Self { limits, counts: Mutex::default() }
    }

    /// Counts a call at `now`, in Unix time, unless it breaks a limit.
    pub(super) fn count_call(&self, now: Duration) -> RemainingCalls {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let day = now.as_secs() / DAY_SECONDS;
        if counts.day != day {
            (counts.day, counts.calls_of_day) = (day, 0);
        }
        // A clock that was set back starts a new second, too.
        if now.checked_sub(counts.second_started).is_none_or(|passed| passed >= ONE_SECOND) {
            (counts.second_started, counts.calls_of_second) = (now, 0);
        }
        let YelpLimits { per_second, daily } = self.limits;
        let exceeded = if counts.calls_of_day >= daily {
            Some(Exceeded::Daily)
        } else if per_second.is_some_and(|limit| counts.calls_of_second >= limit) {
            Some(Exceeded::PerSecond)
        } else {
            counts.calls_of_day += 1;
            counts.calls_of_second = counts.calls_of_second.saturating_add(1);
            None
        };
        RemainingCalls {
            daily,
            remaining: daily - counts.calls_of_day,
            reset_at: Duration::from_secs((day + 1) * DAY_SECONDS),
            exceeded,
        }
    }
}

impl RemainingCalls {
    /// The headers about limits in answers of v3.
    pub(super) fn headers(&self) -> Vec<Header> {
        let reset_at = humantime::format_rfc3339_seconds(UNIX_EPOCH + self.reset_at).to_string();
        vec![
            ("ratelimit-dailylimit", self.daily.to_string()),
            ("ratelimit-remaining", self.remaining.to_string()),
            ("ratelimit-resettime", reset_at.replace('Z', "+00:00")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2017-09-06T23:59:58Z.
    const BEFORE_MIDNIGHT: Duration = Duration::from_secs(1_504_742_398);

    fn later(millis: u64) -> Duration {
        BEFORE_MIDNIGHT + Duration::from_millis(millis)
    }

    #[test]
    fn the_day_ends_at_midnight() {
        let limiter = CallLimiter::new(YelpLimits { per_second: None, daily: 2 });
        let count_call_at = |millis| {
            let RemainingCalls { remaining, exceeded, .. } = limiter.count_call(later(millis));
            (remaining, exceeded)
        };
        assert_eq!((count_call_at(0), count_call_at(1)), ((1, None), (0, None)));
        assert_eq!(count_call_at(1_999), (0, Some(Exceeded::Daily)));
        assert_eq!(count_call_at(2_000), (1, None), "the next day");
    }

    #[test]
    fn a_second_starts_with_its_first_call() {
        let limiter = CallLimiter::new(YelpLimits { per_second: Some(2), daily: 100 });
        let count_call_at = |millis| limiter.count_call(later(millis)).exceeded;
        assert_eq!((count_call_at(600), count_call_at(1_500)), (None, None));
        assert_eq!(count_call_at(1_599), Some(Exceeded::PerSecond));
        assert_eq!((count_call_at(1_600), count_call_at(1_600)), (None, None));
        assert_eq!(count_call_at(0), None, "the clock was set back");
    }

    #[test]
    fn refused_calls_are_not_counted() {
        let limiter = CallLimiter::new(YelpLimits { per_second: Some(0), daily: 1 });
        for _ in 0..3 {
            let remaining = limiter.count_call(later(0));
            assert_eq!((remaining.remaining, remaining.exceeded), (1, Some(Exceeded::PerSecond)));
        }
    }

    #[test]
    fn headers_say_when_there_is_more() {
        let limiter = CallLimiter::new(YelpLimits { per_second: None, daily: 300 });
        let values: Vec<String> =
            limiter.count_call(later(0)).headers().into_iter().map(|(_, value)| value).collect();
        assert_eq!(values, ["300", "299", "2017-09-07T00:00:00+00:00"]);
    }
}
