//! Looks up host names on threads that an interrupt leaves behind, since a name server may be
//! silent.

use std::{net::IpAddr, sync::Arc, time::Duration};

use interrupt::Interrupt;
use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{NextTimeout, time},
    },
};

use super::interrupted;

/// Looks names up on a thread that an interrupt leaves behind; an address needs no thread.
#[derive(Clone, Debug)]
pub(crate) struct InterruptibleResolver(Arc<Interrupt>);

impl InterruptibleResolver {
    pub(crate) fn new(interrupt: &Arc<Interrupt>) -> Self {
        Self(Arc::clone(interrupt))
    }
}

impl Resolver for InterruptibleResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        // With a deadline, the library starts a thread for each request, also for an address.
        let timeout = NextTimeout { after: time::Duration::NotHappening, ..timeout };
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        if host.parse::<IpAddr>().is_ok() {
            return DefaultResolver::default().resolve(uri, config, timeout);
        }
        let (uri, config) = (uri.clone(), config.clone());
        let look_up = move || DefaultResolver::default().resolve(&uri, &config, timeout);
        self.0.finish_or_leave(Duration::ZERO, look_up).unwrap_or_else(|| Err(interrupted()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupt_ends_the_wait_for_a_name_and_none_is_needed_for_an_address() {
        let interrupt = Arc::new(Interrupt::default());
        let resolver = InterruptibleResolver::new(&interrupt);
        let resolve = |uri: &str| {
            let uri = uri.parse().expect("an address");
            resolver.resolve(&uri, &Config::default(), NextTimeout::default())
        };
        interrupt.raise();
        for uri in ["http://127.0.0.1:1", "http://[::1]:1"] {
            assert_eq!(resolve(uri).expect("an address").len(), 1, "{uri}");
        }
        let error = resolve("http://localhost:1").expect_err("no time for a name");
        assert_eq!(error.to_string(), interrupted().to_string());
    }
}
