//! The local web of the benchmarks.

use std::{env, time::Duration};

use http_client::{Latency, retry::Retry};
use mock_web::{
    Config,
    local_process::{LocalWeb, LocalWebError},
};
use program::open_files;

/// The latency: long beside the work of a request, and short enough for many sequential runs.
pub(crate) const LATENCY: Latency =
    Latency { request: Duration::from_millis(10), connection: Duration::ZERO };

/// The retry settings, with more time than the local web needs on any machine.
pub(crate) const PATIENT: Retry = Retry { retries: 3, deadline: Duration::from_mins(2) };

/// Starts the local web as a process of its own, so that its CPU time and memory are not counted as
/// ours.
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
