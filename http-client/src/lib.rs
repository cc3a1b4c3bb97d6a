//! An HTTP client whose requests are bounded in time, memory and attempts, and end with SIGINT or
//! SIGTERM.
//!
//! Threads share a client by reference, and each sends one request at a time. The callers interpret
//! answers, and decide which errors are transient.
#![forbid(unsafe_code)]

mod answer;
mod attempt_error;
mod base_url;
mod connection;
mod connector;
mod content;
mod deadline_clock;
mod host;
mod latency;
mod proxy;
pub mod retry;
mod retry_after;

use std::{sync::Arc, time::Duration};

use interrupt::Interrupt;
use ureq::{
    Agent, Body, Error, RequestBuilder,
    http::{Response, header::AUTHORIZATION},
    typestate::WithoutBody,
};

pub use self::{
    answer::Answer,
    base_url::{BaseUrlError, parse_base_url},
    host::{HostError, Proxy, check_host},
    latency::Latency,
    proxy::ProxyError,
};
use self::{
    connection::is_unanswered,
    connector::{InterruptibleConnector, InterruptibleResolver},
    deadline_clock::DeadlineClock,
    retry::{AttemptError, GaveUp, Retry},
};

/// The value of `User-Agent`.
const USER_AGENT: &str = concat!("concurrency-lab/", env!("CARGO_PKG_VERSION"));

/// The size of input buffers, small since there may be a thousand connections.
const INPUT_BUFFER_BYTES: usize = 16 << 10;
const OUTPUT_BUFFER_BYTES: usize = 4 << 10;
const HEAD_BYTES_MAX: usize = 256 << 10;

/// The most idle connections: they are searched one by one, so that more cost more than they save.
const IDLE_CONNECTIONS_MAX: usize = 256;

/// The settings of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether it uses a proxy.
    pub proxy: Proxy,
    /// The treatment of redirects.
    pub redirects: Redirects,
    /// The number of requests at once, for which connections are kept.
    pub requests_at_once: usize,
    /// The limits on retries.
    pub retry: Retry,
}

/// The treatment of an answer that redirects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// Follow the redirect.
    Follow,
    /// Return the redirect as the answer: a signature is good for one address only.
    Report,
}

/// A GET request. It has no `Debug`, so that its authorization is never printed.
pub struct Request {
    /// The whole address, its path and query percent-encoded.
    pub url: String,
    /// The header `Authorization`.
    pub authorization: Option<String>,
}

impl Request {
    /// A request without credentials.
    pub fn anonymous(url: String) -> Self {
        Self { url, authorization: None }
    }
}

/// A client with connections of its own.
pub struct HttpClient {
    agent: Arc<Agent>,
    proxy: Proxy,
    retry: Retry,
    interrupt: Arc<Interrupt>,
}

impl HttpClient {
    /// A client without connections yet; `interrupt` ends its requests and pauses.
    pub fn new(settings: Settings, interrupt: Arc<Interrupt>) -> Self {
        let idle = settings.requests_at_once.min(IDLE_CONNECTIONS_MAX);
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .user_agent(USER_AGENT)
            .accept_encoding(content::ACCEPTED)
            .proxy(None)
            // All of an attempt, however often it is sent elsewhere.
            .timeout_global(Some(settings.retry.attempt_time()))
            .max_response_header_size(HEAD_BYTES_MAX)
            .input_buffer_size(INPUT_BUFFER_BYTES)
            .output_buffer_size(OUTPUT_BUFFER_BYTES)
            .max_idle_connections(idle)
            .max_idle_connections_per_host(idle);
        if settings.redirects == Redirects::Report {
            config = config.max_redirects(0);
        }
        let connector = InterruptibleConnector::new(&interrupt);
        let resolver = InterruptibleResolver::new(&interrupt);
        let agent = Arc::new(Agent::with_parts(config.build(), connector, resolver));
        // Weak, so that connections end with their client, and not with the program.
        let watched = Arc::downgrade(&agent);
        interrupt.when_raised(move || {
            if let Some(agent) = watched.upgrade() {
                Agent::clone(&agent).shutdown();
            }
        });
        Self { agent, proxy: settings.proxy, retry: settings.retry, interrupt }
    }

    /// The interrupt that ends the requests.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Sends a request until `interpret` accepts an answer, or retries are over.
    ///
    /// `request` is called each time before something is sent, so that each request can have a
    /// signature of its own. It may wait for its turn: neither the deadline nor the time of an
    /// attempt runs meanwhile. A request that a kept connection did not answer is sent once more on
    /// a new one, within the same attempt.
    ///
    /// # Errors
    /// When an error is permanent, or the attempts or the time are used up, or the interrupt was raised.
    pub fn ask<Output>(
        &self,
        mut request: impl FnMut() -> Result<Request, AttemptError>,
        mut interpret: impl FnMut(Answer) -> Result<Output, AttemptError>,
    ) -> Result<Output, GaveUp> {
        let clock = DeadlineClock::start();
        let attempt_time = self.retry.attempt_time();
        let mut attempt = || {
            if self.interrupt.is_raised() {
                return Err(AttemptError::Permanent { cause: "interrupted".to_owned() });
            }
            let began = clock.used();
            let mut next_request = || clock.exclude(&mut request);
            let mut response = self.send(&next_request()?);
            if response.as_ref().is_err_and(is_unanswered) {
                let request = next_request()?;
                let used = clock.used().saturating_sub(began);
                let left = attempt_time.saturating_sub(used);
                response = self.send_on_new_connection(&request, left);
            }
            interpret(Answer::read(response.map_err(|error| attempt_error::of(&error))?))
        };
        self.retry.run(
            || clock.used(),
            |time| clock.count_at_most(time, || self.interrupt.wait(time)),
            || clock.count_at_most(attempt_time, &mut attempt),
        )
    }

    fn send(&self, request: &Request) -> Result<Response<Body>, Error> {
        self.prepare(request)?.call()
    }

    /// Sends a request on a new connection, and closes all kept ones, which may be dead as well.
    fn send_on_new_connection(
        &self,
        request: &Request,
        time: Duration,
    ) -> Result<Response<Body>, Error> {
        let config = self.prepare(request)?.config();
        config.max_idle_age(Duration::ZERO).timeout_global(Some(time)).build().call()
    }

    fn prepare(&self, request: &Request) -> Result<RequestBuilder<WithoutBody>, Error> {
        let mut builder = self.agent.get(&request.url);
        if let Some(authorization) = &request.authorization {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        if let (Proxy::FromEnvironment, Some(uri)) = (self.proxy, builder.uri_ref()) {
            let proxy = proxy::of(uri).map_err(|error| Error::Other(error.into()))?;
            if proxy.is_some() {
                builder = builder.config().proxy(proxy).build();
            }
        }
        Ok(builder)
    }
}
