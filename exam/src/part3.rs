//! The exam of part 3: cities and businesses that the examiner makes up, or that its local web
//! serves.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

/// The assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assignment {
    /// Threads scrape a city.
    City {
        /// The city.
        city: City,
        /// The number of threads; one for each business if none.
        threads: Option<NonZeroUsize>,
    },
    /// Worker processes scrape several cities, each with threads.
    Parallel {
        /// The cities.
        cities: Vec<City>,
        /// The number of processes.
        workers: NonZeroUsize,
        /// The number of threads of each process; one for each business if none.
        threads: Option<NonZeroUsize>,
        /// The local web to ask; the examiner if none.
        web: Option<Web>,
    },
}

/// A city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct City {
    /// Its name.
    pub name: String,
    /// The piece of work of its search.
    pub piece: u64,
}

/// A local web that serves real requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Web {
    /// Its address.
    pub url: String,
    /// The version of the API.
    pub api: Api,
    /// The number of businesses of each city.
    pub limit: usize,
}

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// Each request is signed.
    V2,
    /// Each request carries a key.
    V3,
}

/// The answer to the search of a city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The businesses to fetch.
    pub wanted: Vec<Wanted>,
    /// The ids of businesses that are stored already.
    pub kept: Vec<String>,
}

/// A business to fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Its id.
    pub id: String,
    /// The piece of work of its details.
    pub piece: u64,
}

/// The answer to the request for a business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Business {
    /// The business is fetched, with these details.
    Known(String),
    /// The business cannot be fetched.
    Lost,
}

/// The result for a city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityOutcome {
    /// Its name.
    pub city: String,
    /// The fetched businesses, each with its details: `cafe-lumen-seattle-7=a1b2`.
    pub stored: Vec<String>,
    /// The businesses that did not have to be fetched.
    pub skipped: Vec<String>,
    /// The failures.
    pub failed: Vec<Failure>,
    /// The reason for which the scraper stopped early, if it did; empty if the server gave none.
    pub stop: Option<String>,
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The business; none if the whole city failed.
    pub id: Option<String>,
    /// The cause.
    pub cause: Cause,
}

/// The cause of a failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// The exercise is unimplemented, with this hint.
    Unwritten(String),
    /// Any other error, in words.
    Other(String),
}
