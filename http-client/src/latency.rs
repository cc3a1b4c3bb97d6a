//! How long a host keeps its clients waiting, and so the least time that they take.

use std::time::Duration;

/// How long a host keeps its clients waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// For each request.
    pub request: Duration,
    /// For each new connection, once more.
    pub connection: Duration,
}

impl Latency {
    /// The least time for N requests, K of them at once: delay × ceil(N/K), and the delay of the
    /// connections, which are made at once too.
    pub fn floor(self, requests: usize, at_once: usize) -> Duration {
        self.floor_of_rounds(requests.div_ceil(at_once.max(1)))
    }

    /// The least time for `rounds` requests that each wait for the one before.
    pub fn floor_of_rounds(self, rounds: usize) -> Duration {
        let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
        let connection = if rounds == 0 { Duration::ZERO } else { self.connection };
        self.request.saturating_mul(rounds).saturating_add(connection)
    }
}
