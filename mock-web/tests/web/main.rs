//! Tests of the local web with plain sockets.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod command_line;
mod faults;
mod gates;
mod half_closed;
#[path = "../../../program/tests/shared/ignored_signals.rs"]
mod ignored_signals;
mod items;
mod lab_endpoints;
mod latency;
mod local_process;
mod observer;
mod raw_client;
#[path = "../../../program/tests/shared/refused.rs"]
mod refused;
mod stopping;
mod yelp;

use std::time::Duration;

use mock_web::{Config, MockWeb};

/// A web without delays.
fn swift() -> Config {
    Config { latency: Duration::ZERO, ..Config::default() }
}

fn start(config: Config) -> MockWeb {
    MockWeb::start(config).unwrap()
}
