//! Finds the host: the one that the user names, or a local web.

use std::{path::Path, time::Duration};

use http_client::{Latency, Proxy, check_host};
use interrupt::Interrupt;
use mock_web::{
    Config,
    local_process::{LocalWeb, NEVER_STARTED},
};
use part3_yelp::{Fetching, Host, yelp::LIVE_URL};
use program::command_line::UsageError;

/// A host that serves the API.
pub(super) struct Site {
    pub(super) base_url: String,
    pub(super) proxy: Proxy,
    /// Its latency, if known.
    pub(super) latency: Option<Latency>,
}

/// Finds the host, and starts a local web if it is one. The web ends when it is dropped; there is none if
/// a signal came first.
pub(super) fn find(
    fetching: &Fetching,
    program: &Path,
    interrupt: &Interrupt,
) -> anyhow::Result<(Site, Option<LocalWeb>)> {
    let (url, proxy) = match &fetching.host {
        Host::Yelp => (LIVE_URL, Proxy::FromEnvironment),
        Host::Url(url) => (url.as_str(), Proxy::Never),
        &Host::Local { latency, connect_latency } => {
            fetching.check_latency().map_err(UsageError)?;
            return local_web(latency, connect_latency, program, interrupt);
        }
    };
    check_host(url, proxy, interrupt)?;
    Ok((Site { base_url: url.to_owned(), proxy, latency: None }, None))
}

fn local_web(
    latency: Duration,
    connect_latency: Duration,
    program: &Path,
    interrupt: &Interrupt,
) -> anyhow::Result<(Site, Option<LocalWeb>)> {
    let config = Config { latency, connect_latency, ..Config::default() };
    let web = LocalWeb::start_unless_interrupted(program, config, interrupt)?;
    let site = Site {
        base_url: web.as_ref().map_or(NEVER_STARTED, LocalWeb::url).to_owned(),
        proxy: Proxy::Never,
        latency: Some(Latency { request: latency, connection: connect_latency }),
    };
    Ok((site, web))
}
