//! The local web that the benches ask.

use std::{env, time::Duration};

use http_client::{Latency, retry::Retry};
use mock_web::{
    Config,
    local_process::{LocalWeb, LocalWebError},
};
use program::open_files;

/// How long each answer takes: long beside the work that a request is, and still short enough to
/// ask for everything one by one, again and again.
pub(crate) const LATENCY: Latency =
    Latency { request: Duration::from_millis(10), connection: Duration::ZERO };

/// More than the local web needs on any machine.
pub(crate) const PATIENT: Retry = Retry { retries: 3, deadline: Duration::from_mins(2) };

/// Starts it as a process of its own, as the parts do for themselves: a thread of this one would share
/// its allocator, and have its CPU time counted as ours.
///
/// # Errors
/// When it does not start.
pub(crate) fn start() -> Result<LocalWeb, LocalWebError> {
    // A socket is an open file.
    open_files::raise_limit();
    let Latency { request: latency, connection: connect_latency } = LATENCY;
    let program = env::current_exe().expect("the path of this program");
    LocalWeb::start(&program, &Config { latency, connect_latency, ..Config::default() })
}
