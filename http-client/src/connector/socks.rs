//! Connects to SOCKS proxies such that an interrupt ends the wait; nothing can wake the library's
//! own connect.

use std::{sync::Arc, time::Duration};

use interrupt::Interrupt;
use ureq::{
    Error, ProxyProtocol,
    unversioned::transport::{ConnectionDetails, Connector, Either, SocksConnector, Transport},
};

use super::{interrupted, names::InterruptibleResolver};

/// Connects through a SOCKS proxy, if there is one, on a thread that an interrupt leaves behind.
#[derive(Debug)]
pub(super) struct SocksInterruptibly(Arc<Interrupt>);

impl SocksInterruptibly {
    pub(super) fn new(interrupt: &Arc<Interrupt>) -> Self {
        Self(Arc::clone(interrupt))
    }
}

fn is_socks(protocol: ProxyProtocol) -> bool {
    use ProxyProtocol::{Socks4, Socks4A, Socks5, Socks5h};
    matches!(protocol, Socks4 | Socks4A | Socks5 | Socks5h)
}

impl<In: Transport> Connector<In> for SocksInterruptibly {
    type Out = Either<In, Box<dyn Transport>>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let is_socks = details.config.proxy().is_some_and(|proxy| is_socks(proxy.protocol()));
        if chained.is_some() || !is_socks {
            return Ok(chained.map(Either::A));
        }
        let (uri, addrs, config) =
            (details.uri.clone(), details.addrs.clone(), details.config.clone());
        let resolver = InterruptibleResolver::new(&self.0);
        let (request_level, now, timeout) = (details.request_level, details.now, details.timeout);
        let current_time = Arc::clone(&details.current_time);
        let run_connector = Arc::clone(&details.run_connector);
        let register_shutdown = Arc::clone(&details.register_shutdown);
        let connect = move || {
            let details = ConnectionDetails {
                uri: &uri,
                addrs,
                config: &config,
                request_level,
                resolver: &resolver,
                now,
                timeout,
                current_time,
                run_connector,
                register_shutdown,
            };
            let connection = Connector::<()>::connect(&SocksConnector::default(), &details, None)?;
            Ok(connection.map(|it| Box::new(it) as Box<dyn Transport>))
        };
        let connected = self.0.finish_or_leave(Duration::ZERO, connect);
        Ok(connected.unwrap_or_else(|| Err(interrupted()))?.map(Either::B))
    }
}
