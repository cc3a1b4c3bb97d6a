//! Finds the host: the one that the user names, or a local web.

use std::path::Path;

use http_client::{Latency, Proxy, check_host};
use interrupt::Interrupt;
use mock_web::{
    Config,
    local_process::{LocalWeb, NEVER_STARTED},
};
use part3_yelp::yelp::LIVE_URL;
use program::command_line::UsageError;

use super::arguments::Options;

/// A host that serves the API.
pub(super) struct Site {
    pub(super) base_url: String,
    pub(super) proxy: Proxy,
    /// Its latency, if known.
    pub(super) latency: Option<Latency>,
}

/// Finds the host, and starts a local web if the user names none. The web ends when it is dropped; there
/// is none if a signal came first.
pub(super) fn find(
    options: &Options,
    program: &Path,
    interrupt: &Interrupt,
) -> anyhow::Result<(Site, Option<LocalWeb>)> {
    let named_host = if options.live { Some(LIVE_URL) } else { options.base_url.as_deref() };
    if let Some(url) = named_host {
        let proxy = if options.live { Proxy::FromEnvironment } else { Proxy::Never };
        check_host(url, proxy, interrupt)?;
        return Ok((Site { base_url: url.to_owned(), proxy, latency: None }, None));
    }
    let (latency, connect_latency) = (options.latency, options.connect_latency);
    let slowest = latency.saturating_add(connect_latency);
    let attempt_time = options.retry().attempt_time();
    if slowest >= attempt_time {
        return Err(UsageError(format!(
            "an answer takes {slowest:?}, but an attempt may take only {attempt_time:?}, which is \
             --timeout / (--retries + 1): ask for a longer --timeout"
        ))
        .into());
    }
    let config = Config { latency, connect_latency, ..Config::default() };
    let web = LocalWeb::start_unless_interrupted(program, config, interrupt)?;
    let site = Site {
        base_url: web.as_ref().map_or(NEVER_STARTED, LocalWeb::url).to_owned(),
        proxy: Proxy::Never,
        latency: Some(Latency { request: latency, connection: connect_latency }),
    };
    Ok((site, web))
}
