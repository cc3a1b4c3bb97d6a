//! Checks that a host exists before any request.

use std::{io, net::ToSocketAddrs, time::Duration};

use interrupt::Interrupt;
use serde::{Deserialize, Serialize};
use ureq::http::Uri;

use crate::proxy::{self, ProxyError};

/// Whether requests go through the proxy that the environment names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proxy {
    /// The proxy is used: the host is on the internet.
    FromEnvironment,
    /// No proxy is used: the host is this machine.
    Never,
}

/// An error about a host.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The address is invalid.
    #[error("{url:?} is not the address of a host, such as http://127.0.0.1:8080")]
    NotAnAddress {
        /// The address.
        url: String,
    },
    /// The host's name is unknown.
    #[error(
        "cannot find the host of {url}: check the address and the network (without --live and \
         --base-url, no network is needed)"
    )]
    Unknown {
        /// The address.
        url: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The environment names a proxy that cannot be used.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
}

/// Looks up the host, since retries do not help against an unknown name. An interrupt ends the wait for
/// a name server, which is not an error.
///
/// # Errors
/// When the address is invalid, or its host unknown, or the proxy in the environment cannot be used. A
/// proxy may know more names than this machine: with one, the host is not looked up.
pub fn check_host(url: &str, proxy: Proxy, interrupt: &Interrupt) -> Result<(), HostError> {
    let uri: Option<Uri> = url.parse().ok();
    let Some((host, uri)) = uri.as_ref().and_then(|uri| Some((uri.host()?, uri))) else {
        return Err(HostError::NotAnAddress { url: url.to_owned() });
    };
    if proxy == Proxy::FromEnvironment && proxy::of(uri)?.is_some() {
        return Ok(());
    }
    let port = uri.port_u16().unwrap_or(443); // any port is good for a lookup
    let host = host.trim_matches(['[', ']']).to_owned();
    let look_up = move || (host.as_str(), port).to_socket_addrs();
    match interrupt.finish_or_leave(Duration::ZERO, look_up) {
        Some(Err(source)) => Err(HostError::Unknown { url: url.to_owned(), source }),
        Some(Ok(_)) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupt_ends_the_search_for_a_host() {
        let interrupt = Interrupt::default();
        let nowhere = format!("http://{}", "x".repeat(300)); // too long for any name
        let check = || check_host(&nowhere, Proxy::Never, &interrupt);
        assert!(matches!(check(), Err(HostError::Unknown { .. })));
        interrupt.raise();
        assert!(check().is_ok());
    }
}
