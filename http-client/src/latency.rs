//! The latency of a host, and the floor: the least time that it allows for a number of requests.

use std::time::Duration;

/// The latency of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// The latency of each request.
    pub request: Duration,
    /// The additional latency of each new connection.
    pub connection: Duration,
}

impl Latency {
    /// The floor for N requests, K of them at once: delay × ceil(N/K), plus the delay of the
    /// connections.
    pub fn floor(self, requests: usize, at_once: usize) -> Duration {
        self.floor_of_rounds(requests.div_ceil(at_once.max(1)))
    }

    /// The floor for `rounds` requests, each of which waits for the one before.
    pub fn floor_of_rounds(self, rounds: usize) -> Duration {
        let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
        let connection = if rounds == 0 { Duration::ZERO } else { self.connection };
        self.request.saturating_mul(rounds).saturating_add(connection)
    }
}
