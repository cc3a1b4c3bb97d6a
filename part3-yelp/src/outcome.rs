//! What becomes of a city: businesses found, stored, skipped, and those that could not be had.

use std::{collections::HashSet, fmt};

use serde::{Deserialize, Serialize};

use crate::City;

/// What Yelp calls a business: any text, also with letters that are not ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BusinessId(String);

impl BusinessId {
    /// As text.
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

/// Something that could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Which business; none if it is the search that failed.
    pub id: Option<BusinessId>,
    /// How often it was asked for.
    pub attempts: u32,
    /// What went wrong the last time, and where.
    pub cause: String,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Businesses to ask for, best first, each once.
    pub wanted: Vec<BusinessId>,
    /// Businesses that are kept already, and young enough.
    pub kept: Vec<BusinessId>,
    /// Entries of the answer that cannot be asked for.
    pub failed: Vec<Failure>,
    /// Why nothing was found, if so.
    pub error: Option<SearchError>,
}

/// Why a search has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchError {
    /// It failed.
    Failed(Failure),
    /// It was not made, or not to the end: the run was stopped.
    Unfinished,
}

/// What became of the request for one business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Here it is, as JSON.
    Fetched(BusinessId, String),
    /// It could not be had.
    Failed(Failure),
    /// It was not asked for, or not to the end: the run was stopped.
    Unfinished(BusinessId),
}

/// What became of a city; crosses between processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityOutcome {
    /// Which city.
    pub city: City,
    /// What is in the store since now.
    pub stored: Vec<BusinessId>,
    /// What was there before, and young enough not to be asked for.
    pub skipped: Vec<BusinessId>,
    /// What could not be had, or not be stored.
    pub failed: Vec<Failure>,
    /// What was left undone.
    pub unfinished: Vec<BusinessId>,
    /// Whether it is known what there would have been to do.
    pub was_searched: bool,
    /// Why the run was stopped, if it was.
    pub stop: Option<Stop>,
}

impl CityOutcome {
    /// A city of which nothing is known yet.
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

    /// A city that was lost as a whole.
    pub fn failed(city: City, failure: Failure) -> Self {
        Self { failed: vec![failure], ..Self::unfinished(city) }
    }

    /// Counts businesses as failed that were thought to be in the store, and are not.
    pub fn fail_missing(&mut self, kept: &HashSet<String>) {
        let Self { stored, skipped, failed, .. } = self;
        for ids in [stored, skipped] {
            let lost = ids.extract_if(.., |id| !kept.contains(id.as_str()));
            failed.extend(lost.map(|id| Failure {
                id: Some(id),
                attempts: 1,
                cause: "it was in the store, and is not there any more".to_owned(),
            }));
        }
    }

    /// How many businesses the search found.
    pub fn found(&self) -> usize {
        let failed = self.failed.iter().filter(|failure| failure.id.is_some()).count();
        self.stored.len() + self.skipped.len() + failed + self.unfinished.len()
    }

    /// Whether it was interrupted before its search was known.
    pub fn is_unknown(&self) -> bool {
        !self.was_searched && self.failed.is_empty()
    }

    /// Whether everything that the search found is in the store.
    pub fn is_complete(&self) -> bool {
        self.was_searched && self.failed.is_empty() && self.unfinished.is_empty()
    }
}

/// Why there is no point in asking for anything more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Stop {
    /// As many requests were made as are allowed for now.
    LimitReached {
        /// When there are new ones, as the server says.
        until: Option<String>,
    },
    /// The server does not know us.
    CredentialsRefused {
        /// What it said.
        message: String,
    },
    /// What is fetched cannot be kept.
    StoreFailed {
        /// What the store said.
        message: String,
    },
}

impl fmt::Display for Stop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LimitReached { until: Some(until) } => write!(
                formatter,
                "no more requests are allowed before {until}: run it again then, with --max-age \
                 24h to leave out what is stored"
            ),
            Self::LimitReached { until: None } => formatter.write_str(
                "no more requests are allowed for now: run it again tomorrow, with --max-age 48h \
                 to leave out what is stored",
            ),
            Self::CredentialsRefused { message } => {
                write!(formatter, "the credentials were refused: {message}")
            }
            Self::StoreFailed { message } => formatter.write_str(message),
        }
    }
}
