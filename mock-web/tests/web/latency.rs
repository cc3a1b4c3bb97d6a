//! Tests that answers take at least the latency.

use std::time::Duration;

use common::stopwatch::WallClock;
use mock_web::Config;

use crate::{raw_client::Client, start, swift};

const LATENCY: Duration = Duration::from_millis(30);

fn wall_of(work: impl FnOnce()) -> Duration {
    let clock = WallClock::start();
    work();
    clock.elapsed()
}

#[test]
fn each_request_is_delayed() {
    let web = start(Config { latency: LATENCY, ..Config::default() });
    let mut client = Client::connect(&web.url());
    for path in ["/api/v1/items/1", "/api/v1/items/0", "/elsewhere"] {
        let wall = wall_of(|| drop(client.get(path)));
        assert!(wall >= LATENCY, "{path}: {wall:?}");
    }
}

#[test]
fn each_connection_is_delayed() {
    let web = start(Config { connect_latency: LATENCY, ..swift() });
    for _ in 0..3 {
        let mut client = Client::connect(&web.url());
        client.get("/lab/observed");
        let wall = wall_of(|| drop(client.get("/api/v1/items/1")));
        assert!(wall >= LATENCY, "also after a page of the lab: {wall:?}");
    }
}

#[test]
fn the_lab_itself_is_never_delayed_nor_counted() {
    let web = start(Config { latency: Duration::MAX, ..Config::default() });
    let mut client = Client::connect(&web.url());
    for path in ["/", "/lab/observed", "/lab/gates"] {
        assert_eq!(client.get(path).status, 200);
    }
    let observed = web.observed();
    assert_eq!((observed.requests, observed.connections), (0, 0));
}
