//! The configuration of the local web, which can also be sent to another process.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::faults::Faults;

/// The configuration of the local web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// The latency of each answer.
    pub latency: Duration,
    /// The additional latency of the first answer on each connection.
    pub connect_latency: Duration,
    /// The faults.
    pub faults: Faults,
    /// The rate limit of each client; no limit if none.
    pub rate_limit: Option<RateLimit>,
    /// The limits of Yelp's APIs.
    pub yelp: YelpLimits,
}

impl Default for Config {
    /// The default: 50 ms a request, nothing for a connection, no faults, no effective limit.
    fn default() -> Self {
        Self {
            latency: Duration::from_millis(50),
            connect_latency: Duration::ZERO,
            faults: Faults::default(),
            rate_limit: None,
            yelp: YelpLimits::default(),
        }
    }
}

/// The rate limit of a client, an IP address; more requests are refused (429).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    /// The number of requests in a window.
    pub requests: u32,
    /// The length of a window, which starts with its first request.
    pub window: Duration,
}

impl RateLimit {
    /// The documented limit of the real Hacker News API: 10 000 requests an hour.
    pub const HACKER_NEWS: Self = Self { requests: 10_000, window: Duration::from_hours(1) };
}

/// The limits of a Yelp client; v2 and v3 are counted separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YelpLimits {
    /// The calls a second; no limit if none, no call if zero.
    pub per_second: Option<u32>,
    /// The calls a day, until midnight UTC.
    pub daily: u32,
}

impl Default for YelpLimits {
    /// The default: a million calls a day, more than any lesson uses.
    fn default() -> Self {
        Self { per_second: None, daily: 1_000_000 }
    }
}

impl YelpLimits {
    /// The smallest plan of v3: 300 calls a day. How many a second is not published; 4 is a guess.
    pub const STARTER: Self = Self { per_second: Some(4), daily: 300 };
}
