//! Limits the requests of each client in windows of time.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::RateLimit;

/// Counts the requests of each client within its current window.
#[derive(Debug)]
pub(super) struct RateLimiter {
    limit: Option<RateLimit>,
    windows: Mutex<HashMap<IpAddr, Window>>,
}

#[derive(Debug)]
struct Window {
    end: Duration,
    requests: u32,
}

/// A refusal, after which the client has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// The pause for the client.
    pub(super) retry_after: Duration,
}

impl RateLimiter {
    pub(super) fn new(limit: Option<RateLimit>) -> Self {
        Self { limit, windows: Mutex::default() }
    }

    /// Counts a request at `now`, if it is allowed.
    pub(super) fn admit(&self, client: IpAddr, now: Duration) -> Result<(), Refused> {
        let Some(limit) = self.limit else { return Ok(()) };
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        // What is over is forgotten, so that there are no more windows than clients of late.
        windows.retain(|_, window| now < window.end);
        let end = now.saturating_add(limit.window);
        let window = windows.entry(client).or_insert(Window { end, requests: 0 });
        if window.requests >= limit.requests {
            return Err(Refused { retry_after: window.end.saturating_sub(now) });
        }
        window.requests += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const ONE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

    fn limiter() -> RateLimiter {
        RateLimiter::new(Some(RateLimit { requests: 2, window: Duration::from_secs(10) }))
    }

    #[test]
    fn a_window_has_room_for_so_many_and_then_is_followed_by_another() {
        let limiter = limiter();
        let admit = |second| limiter.admit(ONE, Duration::from_secs(second));
        assert_eq!((admit(5), admit(6)), (Ok(()), Ok(())));
        assert_eq!(admit(7), Err(Refused { retry_after: Duration::from_secs(8) }));
        assert_eq!((admit(15), admit(24)), (Ok(()), Ok(())));
        assert_eq!(admit(24), Err(Refused { retry_after: Duration::from_secs(1) }));
    }

    #[test]
    fn clients_do_not_share_a_window() {
        let limiter = limiter();
        let mut admit = |client| limiter.admit(client, Duration::ZERO).is_ok();
        assert_eq!([ONE, ONE, ONE, OTHER].map(&mut admit), [true, true, false, true]);
    }
}
