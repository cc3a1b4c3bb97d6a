//! The client of the parts that fetch: every request is bounded in time, memory and attempts, and
//! ends with SIGINT (Ctrl-C) or SIGTERM.
//!
//! It sends one request at a time, as threads do, and is shared by reference between them. What an
//! answer means, and whether another attempt may help, is for its callers to say.
#![forbid(unsafe_code)]

mod answer;
mod host;
mod latency;
pub mod retry;
mod retry_after;

use std::{fmt, sync::Arc};

use common::interrupt::Interrupt;
use ureq::{Agent, http::header::AUTHORIZATION};

use self::retry::{GaveUp, Retry, Trouble};
pub use self::{
    answer::Answer,
    host::{HostError, Proxy, check_host},
    latency::Latency,
};

/// Who we say that we are.
const USER_AGENT: &str = concat!("concurrency-lab/", env!("CARGO_PKG_VERSION"));

/// What we send and get is small, and there may be a thousand connections.
const INPUT_BUFFER_BYTES: usize = 16 << 10;
const OUTPUT_BUFFER_BYTES: usize = 4 << 10;

/// Idle connections are searched one by one, so that many of them cost more than they save.
const IDLE_CONNECTIONS_MAX: usize = 256;

/// How a client is to behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether it uses a proxy.
    pub proxy: Proxy,
    /// What it does when it is sent elsewhere.
    pub redirects: Redirects,
    /// How many requests there are at once: so many connections are kept for the next ones.
    pub requests_at_once: usize,
    /// How long to go on trying.
    pub retry: Retry,
}

/// What to do with an answer that names another address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// Ask there.
    Follow,
    /// Take it for the answer: a signature is good for one address only.
    Report,
}

/// A GET request.
pub struct Request {
    /// The whole address, its path and query percent-encoded.
    pub url: String,
    /// The header `Authorization`, which is nobody else's business.
    pub authorization: Option<String>,
}

impl Request {
    /// A request that anybody may make.
    pub fn anonymous(url: String) -> Self {
        Self { url, authorization: None }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Request").field("url", &self.url).finish_non_exhaustive()
    }
}

/// A client with connections of its own.
pub struct HttpClient {
    agent: Arc<Agent>,
    retry: Retry,
    interrupt: Arc<Interrupt>,
}

impl HttpClient {
    /// A client without connections yet; `interrupt` ends its requests and pauses.
    pub fn new(settings: Settings, interrupt: Arc<Interrupt>) -> Self {
        let idle = settings.requests_at_once.min(IDLE_CONNECTIONS_MAX);
        let patience = Some(settings.retry.attempt_time());
        // No global timeout, and none for name resolution: ureq keeps those with a thread for
        // each request.
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .user_agent(USER_AGENT)
            .timeout_connect(patience)
            .timeout_send_request(patience)
            .timeout_recv_response(patience)
            .timeout_recv_body(patience)
            .input_buffer_size(INPUT_BUFFER_BYTES)
            .output_buffer_size(OUTPUT_BUFFER_BYTES)
            .max_idle_connections(idle)
            .max_idle_connections_per_host(idle);
        if settings.proxy == Proxy::Never {
            config = config.proxy(None);
        }
        if settings.redirects == Redirects::Report {
            config = config.max_redirects(0);
        }
        let agent = Arc::new(config.build().new_agent());
        // Weak, so that connections end with their client, and not with the program.
        let watched = Arc::downgrade(&agent);
        interrupt.when_raised(move || {
            if let Some(agent) = watched.upgrade() {
                Agent::clone(&agent).shutdown();
            }
        });
        Self { agent, retry: settings.retry, interrupt }
    }

    /// What ends the requests.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Calls `attempt` until it succeeds, or there is no point in going on.
    ///
    /// # Errors
    /// When trouble is permanent, or the attempts or the time are used up, or the interrupt was raised.
    pub fn persist<Output>(
        &self,
        mut attempt: impl FnMut() -> Result<Output, Trouble>,
    ) -> Result<Output, GaveUp> {
        let attempt = || {
            if self.interrupt.is_raised() {
                return Err(Trouble::Permanent { cause: "interrupted".to_owned() });
            }
            attempt()
        };
        self.retry.run(|time| self.interrupt.wait(time), attempt)
    }

    /// One request and its answer, whatever its status.
    ///
    /// # Errors
    /// When there is no answer. (One whose body breaks off is an answer.)
    pub fn get(&self, request: &Request) -> Result<Answer, Trouble> {
        let mut builder = self.agent.get(&request.url);
        if let Some(authorization) = &request.authorization {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        builder.call().map(Answer::read).map_err(|error| answer::trouble(&error))
    }
}
