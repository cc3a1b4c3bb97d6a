//! The items API of Hacker News, as Algolia serves it: one GET for each item.

use std::{io, net::ToSocketAddrs, sync::Arc, time::Duration};

use common::interrupt::Interrupt;
use ureq::{
    Agent, Body,
    http::{Response, StatusCode, Uri, header::RETRY_AFTER},
};

use crate::{
    Failure, Item, ItemId, Outcome,
    retry::{GaveUp, Retry, Trouble},
};

/// The real one.
pub const LIVE_URL: &str = "https://hn.algolia.com";

/// The largest items have a few megabytes of comments; whoever sends more means harm.
const BODY_BYTES_MAX: u64 = 16 << 20;

/// What we send and get is small, and there may be a thousand connections.
const INPUT_BUFFER_BYTES: usize = 16 << 10;
const OUTPUT_BUFFER_BYTES: usize = 4 << 10;

/// Idle connections are searched one by one, so that many of them cost more than they save.
const IDLE_CONNECTIONS_MAX: usize = 256;

/// Whether requests go through the proxy that the environment names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// They do: the host is out in the world.
    FromEnvironment,
    /// They do not: the host is this machine.
    Never,
}

/// A host of which nothing can be expected.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The address is none.
    #[error("{url:?} is not the address of a host, such as http://127.0.0.1:8080")]
    NotAnAddress {
        /// The address.
        url: String,
    },
    /// The name of the host is not known here.
    #[error(
        "cannot find the host of {url} (is there a network? without --live and --base-url, none \
         is needed)"
    )]
    Unknown {
        /// The address.
        url: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Looks the host up, since a name that is not known is no reason to try again and again.
///
/// # Errors
/// When the address is none, or its host cannot be found. A proxy may know more names than we do:
/// where one is used, only the address is checked.
pub fn check_host(url: &str, proxy: Proxy) -> Result<(), HostError> {
    let uri: Option<Uri> = url.parse().ok();
    let Some((host, uri)) = uri.as_ref().and_then(|uri| Some((uri.host()?, uri))) else {
        return Err(HostError::NotAnAddress { url: url.to_owned() });
    };
    if proxy == Proxy::FromEnvironment && ureq::Proxy::try_from_env().is_some() {
        return Ok(());
    }
    let port = uri.port_u16().unwrap_or(443); // any will do to look up a name
    match (host.trim_matches(['[', ']']), port).to_socket_addrs() {
        Ok(_) => Ok(()),
        Err(source) => Err(HostError::Unknown { url: url.to_owned(), source }),
    }
}

/// A client with connections of its own, shared by reference between threads.
pub struct HackerNews {
    agent: Arc<Agent>,
    base_url: String,
    retry: Retry,
    interrupt: Arc<Interrupt>,
}

impl HackerNews {
    /// A client for the API below `base_url`, for so many requests at once; `interrupt` ends them.
    pub fn new(
        base_url: &str,
        proxy: Proxy,
        requests_at_once: usize,
        retry: Retry,
        interrupt: Arc<Interrupt>,
    ) -> Self {
        let idle = requests_at_once.min(IDLE_CONNECTIONS_MAX);
        let patience = Some(retry.attempt_time());
        // No global timeout, and none for name resolution: ureq keeps those with a thread for
        // each request.
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .user_agent(concat!("concurrency-lab/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(patience)
            .timeout_send_request(patience)
            .timeout_recv_response(patience)
            .timeout_recv_body(patience)
            .input_buffer_size(INPUT_BUFFER_BYTES)
            .output_buffer_size(OUTPUT_BUFFER_BYTES)
            .max_idle_connections(idle)
            .max_idle_connections_per_host(idle);
        if proxy == Proxy::Never {
            config = config.proxy(None);
        }
        let agent = Arc::new(config.build().new_agent());
        // Weak, so that connections end with their client, and not with the program.
        let watched = Arc::downgrade(&agent);
        interrupt.when_raised(move || {
            if let Some(agent) = watched.upgrade() {
                Agent::clone(&agent).shutdown();
            }
        });
        Self { agent, base_url: base_url.trim_end_matches('/').to_owned(), retry, interrupt }
    }

    /// Asks for one item, again and again where that may help.
    pub fn fetch(&self, id: ItemId) -> Outcome {
        let url = format!("{}/api/v1/items/{id}", self.base_url);
        let attempt = || {
            if self.interrupt.is_raised() {
                return Err(Trouble::Permanent { cause: "interrupted".to_owned() });
            }
            self.attempt(id, &url)
        };
        match self.retry.run(|time| self.interrupt.wait(time), attempt) {
            Ok(Some(item)) => Outcome::Fetched(item),
            Ok(None) => Outcome::Missing(id),
            Err(_) if self.interrupt.is_raised() => Outcome::Unfinished(id),
            Err(GaveUp { attempts, cause }) => {
                Outcome::Failed(Failure { id, url, attempts, cause })
            }
        }
    }

    /// One request; `None` if there is no such item.
    fn attempt(&self, id: ItemId, url: &str) -> Result<Option<Item>, Trouble> {
        let mut response = self.agent.get(url).call().map_err(trouble)?;
        let status = response.status();
        // Read in any case: a connection with an unread body cannot be used again.
        let body = response.body_mut().with_config().limit(BODY_BYTES_MAX).read_to_vec();
        match status {
            StatusCode::OK => {
                let wrong = |what| Trouble::Permanent { cause: format!("the answer is {what}") };
                match serde_json::from_slice(&body.map_err(trouble)?) {
                    Ok(Item { id: other, .. }) if other != id => {
                        Err(wrong(format!("item {other}")))
                    }
                    Ok(item) => Ok(Some(item)),
                    Err(error) => Err(wrong(format!("not an item: {error}"))),
                }
            }
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::TOO_MANY_REQUESTS => Err(busy(&response)),
            _ if status.is_server_error() => Err(busy(&response)),
            _ => Err(Trouble::Permanent { cause: format!("the server answered {status}") }),
        }
    }
}

fn busy(response: &Response<Body>) -> Trouble {
    let retry_after = response.headers().get(RETRY_AFTER);
    let seconds = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Trouble::Transient {
        cause: format!("the server answered {}", response.status()),
        retry_after: seconds.map(Duration::from_secs),
    }
}

/// A connection that breaks, or never comes about, may do better next time.
#[expect(clippy::needless_pass_by_value, reason = "so that map_err takes it by its name")]
fn trouble(error: ureq::Error) -> Trouble {
    use ureq::Error::{ConnectionFailed, Io, Protocol, Timeout};
    let cause = error.to_string();
    match error {
        Io(_) | Timeout(_) | ConnectionFailed | Protocol(_) => {
            Trouble::Transient { cause, retry_after: None }
        }
        _ => Trouble::Permanent { cause },
    }
}
