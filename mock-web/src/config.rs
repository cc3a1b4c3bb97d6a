//! How the local web is to behave, as data that also crosses to another process.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::faults::Faults;

/// How the local web answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// How long each answer takes.
    pub latency: Duration,
    /// How much longer the first answer on each connection takes.
    pub connect_latency: Duration,
    /// Which requests go wrong, and how.
    pub faults: Faults,
    /// How many requests a client may make; any number if none.
    pub rate_limit: Option<RateLimit>,
    /// How much of Yelp a client may ask for.
    pub yelp: YelpLimits,
}

impl Default for Config {
    /// 50 ms a request, nothing for a connection, no faults, no limit that is felt.
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

/// How many requests each client, which is an IP address, may make before it is refused (429).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    /// How many requests are answered within a window.
    pub requests: u32,
    /// How long a window is; it starts with the first request in it.
    pub window: Duration,
}

impl RateLimit {
    /// The limit that the real Hacker News API states: 10 000 requests an hour.
    pub const HACKER_NEWS: Self = Self { requests: 10_000, window: Duration::from_hours(1) };
}

/// How many calls the credentials of Yelp are good for; v2 and v3 are counted each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YelpLimits {
    /// How many calls within a second; any number if none, and not one if zero.
    pub per_second: Option<u32>,
    /// How many calls until midnight, UTC.
    pub daily: u32,
}

impl Default for YelpLimits {
    /// A million a day, which no lesson uses up.
    fn default() -> Self {
        Self { per_second: None, daily: 1_000_000 }
    }
}

impl YelpLimits {
    /// What the smallest plan of v3 grants: 300 calls a day. How many a second is not published; 4
    /// is a guess.
    pub const STARTER: Self = Self { per_second: Some(4), daily: 300 };
}
