//! From which host a run fetches, and how.

use std::{num::NonZeroUsize, time::Duration};

use http_client::retry::Retry;
use serde::{Deserialize, Serialize};

use crate::{Api, credentials::Source, rate_limit::Rate};

/// How long the terms of Yelp allow documents to be stored.
pub const LIVE_DOCUMENTS_LAST: Duration = Duration::from_hours(24);

/// A host, and the limits on requests to it. It holds no secret, and nothing of one machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetching {
    /// The version of the API.
    pub api: Api,
    /// The host.
    pub host: Host,
    /// The limits on retries.
    pub retry: Retry,
    /// The limit on the rate of requests, if any.
    pub rate: Option<Rate>,
    /// The greatest age of a document that is not fetched again.
    pub max_age: Duration,
}

/// A host that serves the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Host {
    /// A web that a run starts for itself, on loopback.
    Local {
        /// The latency of each answer.
        latency: Duration,
        /// Additional latency for each new connection.
        connect_latency: Duration,
    },
    /// The real Yelp.
    Yelp,
    /// Another host, by the URL before `/v2` or `/v3`, without credentials.
    Url(String),
}

impl Host {
    /// The local web accepts demo credentials; other hosts need real ones.
    pub fn credentials(&self) -> Source {
        match self {
            Self::Local { .. } => Source::Demo,
            Self::Yelp | Self::Url(_) => Source::Environment,
        }
    }

    /// How long its documents may be stored; for ever if none.
    pub fn keep_for(&self) -> Option<Duration> {
        matches!(self, Self::Yelp).then_some(LIVE_DOCUMENTS_LAST)
    }
}

impl Fetching {
    /// Checks that an attempt may take as long as an answer of the local web does.
    ///
    /// # Errors
    /// When it may not; the text says what to do.
    pub fn check_latency(&self) -> Result<(), String> {
        let Host::Local { latency, connect_latency } = self.host else { return Ok(()) };
        let slowest = latency.saturating_add(connect_latency);
        let attempt_time = self.retry.attempt_time();
        if slowest < attempt_time {
            return Ok(());
        }
        Err(format!(
            "an answer takes {slowest:?}, but an attempt may take only {attempt_time:?}, which is \
             --timeout / (--retries + 1): ask for a longer --timeout"
        ))
    }

    /// Divides the rate equally among `elements` machines.
    #[must_use]
    pub fn shared_by(self, elements: NonZeroUsize) -> Self {
        let rate = self.rate.map(|rate| rate.shared_by(elements));
        Self { rate, ..self }
    }
}
