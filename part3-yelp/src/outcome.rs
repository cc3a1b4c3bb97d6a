//! The outcome of a city: businesses that were stored, skipped, failed or unfinished.

use std::{collections::HashSet, fmt};

use serde::{Deserialize, Serialize};

use crate::City;

/// The id of a business at Yelp: any text, also with letters that are not ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BusinessId(String);

impl BusinessId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for BusinessId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for BusinessId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A search or a business that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The business; none if the search failed.
    pub id: Option<BusinessId>,
    /// The number of attempts.
    pub attempts: u32,
    /// The address, and the error of the last attempt.
    pub cause: String,
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Businesses to fetch, best first, each once.
    pub wanted: Vec<BusinessId>,
    /// Businesses in the store that are new enough.
    pub kept: Vec<BusinessId>,
    /// Entries of the answer that cannot be fetched.
    pub failed: Vec<Failure>,
    /// The error, if the search has no result.
    pub error: Option<SearchError>,
}

/// Why a search has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchError {
    /// The search failed.
    Failed(Failure),
    /// The run was stopped before the search ended.
    Unfinished,
}

/// The outcome of the request for one business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The business, as JSON.
    Fetched(BusinessId, String),
    /// The business could not be fetched.
    Failed(Failure),
    /// The run was stopped before the request ended.
    Unfinished(BusinessId),
}

/// The outcome of a city, which worker processes send to their pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityOutcome {
    /// The city.
    pub city: City,
    /// The businesses that were stored now.
    pub stored: Vec<BusinessId>,
    /// The businesses that were in the store already, and new enough.
    pub skipped: Vec<BusinessId>,
    /// The businesses that could not be fetched or stored.
    pub failed: Vec<Failure>,
    /// The businesses that were not fetched, since the run was stopped.
    pub unfinished: Vec<BusinessId>,
    /// Whether the search has ended.
    pub was_searched: bool,
    /// Why the run was stopped, if it was.
    pub stop: Option<Stop>,
}

impl CityOutcome {
    /// A city whose search has not ended.
    pub fn unfinished(city: City) -> Self {
        Self {
            city,
            stored: Vec::new(),
            skipped: Vec::new(),
            failed: Vec::new(),
            unfinished: Vec::new(),
            was_searched: false,
            stop: None,
        }
    }

    /// A city that failed as a whole.
    pub fn failed(city: City, failure: Failure) -> Self {
        Self { failed: vec![failure], ..Self::unfinished(city) }
    }

    /// Counts stored businesses as failed if they are not in the store any more.
    pub fn fail_missing(&mut self, kept: &HashSet<String>) {
        let Self { stored, skipped, failed, .. } = self;
        for ids in [stored, skipped] {
            let lost = ids.extract_if(.., |id| !kept.contains(id.as_str()));
            failed.extend(lost.map(|id| Failure {
                id: Some(id),
                attempts: 1,
                cause: "it was stored, but is not in the store any more".to_owned(),
            }));
        }
    }

    /// How many businesses the search found.
    pub fn found(&self) -> usize {
        let failed = self.failed.iter().filter(|failure| failure.id.is_some()).count();
        self.stored.len() + self.skipped.len() + failed + self.unfinished.len()
    }

    /// Whether it was interrupted before its search ended.
    pub fn is_unknown(&self) -> bool {
        !self.was_searched && self.failed.is_empty()
    }

    /// Whether everything that the search found is in the store.
    pub fn is_complete(&self) -> bool {
        self.was_searched && self.failed.is_empty() && self.unfinished.is_empty()
    }
}

/// Why a run is stopped early.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Stop {
    /// The limit on requests is reached.
    LimitReached {
        /// The time from which on more requests are allowed, according to the server.
        until: Option<String>,
    },
    /// The server refuses the credentials.
    CredentialsRefused {
        /// The message of the server.
        message: String,
    },
    /// The store failed.
    StoreFailed {
        /// The error of the store.
        message: String,
    },
}

impl fmt::Display for Stop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LimitReached { until: Some(until) } => write!(
                formatter,
                "no more requests are allowed before {until}: run it again then, with --max-age \
                 24h to skip the stored businesses"
            ),
            Self::LimitReached { until: None } => formatter.write_str(
                "no more requests are allowed for now: run it again tomorrow, with --max-age 48h \
                 to skip the stored businesses",
            ),
            Self::CredentialsRefused { message } => {
                write!(formatter, "the credentials were refused: {message}")
            }
            Self::StoreFailed { message } => formatter.write_str(message),
        }
    }
}
