//! The exam of part 3: cities and businesses to scrape, which the examiner makes up, or which a local web
//! of the examiner serves.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assignment {
    /// Threads scrape a city.
    City {
        /// The city.
        city: City,
        /// How many threads there may be; one for each business if none.
        threads: Option<NonZeroUsize>,
    },
    /// Worker processes scrape several cities, each with threads.
    Parallel {
        /// The cities.
        cities: Vec<City>,
        /// How many processes there are.
        workers: NonZeroUsize,
        /// How many threads each of them may have; one for each business if none.
        threads: Option<NonZeroUsize>,
        /// Where cities and businesses are asked for; of the examiner if none.
        web: Option<Web>,
    },
}

/// A city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct City {
    /// Its name.
    pub name: String,
    /// Its search, as a piece of work.
    pub piece: u64,
}

/// A local web to be asked for real.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Web {
    /// Its address.
    pub url: String,
    /// The version of the API.
    pub api: Api,
    /// How many businesses of each city are wanted.
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

/// What the search of a city finds, as the answer to a piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The businesses to ask for.
    pub wanted: Vec<Wanted>,
    /// Others, by their ids, that are stored already.
    pub kept: Vec<String>,
}

/// A business to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Its id.
    pub id: String,
    /// Its details, as a piece of work.
    pub piece: u64,
}

/// What a business is, as the answer to a piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Business {
    /// It is fetched, and this is known of it.
    Known(String),
    /// It cannot be fetched.
    Lost,
}

/// What is handed in of a city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityOutcome {
    /// Its name.
    pub city: String,
    /// The businesses that were fetched, each with what is known of it: `cafe-lumen-seattle-7=a1b2`.
    pub stored: Vec<String>,
    /// The businesses that were not to be fetched.
    pub skipped: Vec<String>,
    /// What could not be had.
    pub failed: Vec<Failure>,
    /// Why nothing more was asked for, in words, if so; empty if the server gave no reason.
    pub stop: Option<String>,
}

/// Something that could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The business; none if it is the city as a whole.
    pub id: Option<String>,
    /// Why.
    pub cause: Cause,
}

/// Why something could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// This is still to be written.
    Unwritten(String),
    /// Something else went wrong, in words.
    Other(String),
}
