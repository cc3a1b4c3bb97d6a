//! The host that is asked: the one that was named, or a local web of our own.

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
    /// How long it keeps us waiting, if that is known.
    pub(super) latency: Option<Latency>,
}

/// The local web ends when it is dropped. There is none if a signal came before it served.
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
            "answers that take {slowest:?} cannot come within {attempt_time:?}, which is \
             --timeout / (--retries + 1); ask for a longer --timeout"
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
