//! Makes connections: looks up names, connects to a host or a proxy, and begins TLS. An interrupt
//! ends each of these steps.

mod names;
mod socks;
mod tcp;

use std::{io, sync::Arc};

use interrupt::Interrupt;
use ureq::{
    Error,
    http::Uri,
    unversioned::transport::{
        ConnectProxyConnector, ConnectionDetails, Connector, RustlsConnector,
    },
};

pub(crate) use self::names::InterruptibleResolver;
use self::{socks::SocksInterruptibly, tcp::TcpInterruptibly};
use crate::connection::{Watch, Watched};

/// A connector that an interrupt ends, and that watches its connections.
#[derive(Debug)]
pub(crate) struct InterruptibleConnector(Box<dyn Connector<Out = Watched>>);

impl InterruptibleConnector {
    /// A connector with the library's order of steps. What was connected can be shut down, which
    /// ends what follows, such as a handshake.
    pub(crate) fn new(interrupt: &Arc<Interrupt>) -> Self {
        let connector =
            ().chain(SocksInterruptibly::new(interrupt))
                .chain(ConnectProxyConnector::default())
                .chain(TcpInterruptibly::new(interrupt))
                .chain(RustlsConnector::default())
                .chain(Watch);
        Self(Box::new(connector))
    }
}

impl Connector for InterruptibleConnector {
    type Out = Watched;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, Error> {
        if !has_sound_port(details.uri) {
            return Err(Error::BadUri(format!("{}: its port is not valid", details.uri)));
        }
        self.0.connect(details, chained)
    }
}

/// Whether an address has a valid port, or none. Redirects lead to any address, and the library
/// takes a port such as 80800 for the default one.
fn has_sound_port(uri: &Uri) -> bool {
    uri.authority().is_none_or(|authority| {
        let text = authority.as_str();
        let host_and_port = text.rsplit_once('@').map_or(text, |(_, rest)| rest);
        authority.port_u16().is_some() || host_and_port == authority.host()
    })
}

fn interrupted() -> Error {
    Error::Io(io::Error::new(io::ErrorKind::Interrupted, "interrupted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_ports_are_detected() {
        let check = |uri: &str, expected: bool| {
            assert_eq!(has_sound_port(&uri.parse().unwrap()), expected, "{uri}");
        };
        for uri in ["http://h/a:b", "http://h:80", "http://[::1]/", "https://[::1]:1", "/path"] {
            check(uri, true);
        }
        check("http://user:secret@h:8080", true);
        check("http://user:8080@h", true);
        for uri in ["http://h:80800/a", "http://h:65536", "http://h:", "http://[::1]:99999"] {
            check(uri, false);
        }
        check("http://user:secret@h:80800", false);
    }
}
