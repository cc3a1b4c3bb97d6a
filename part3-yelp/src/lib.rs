//! Part 3 of the lab: processes and threads at once. Its lesson follows.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod api;
pub mod cities;
pub mod credentials;
mod error;
mod fetching;
mod instruments;
mod job;
mod lesson;
mod outcome;
pub mod rate_limit;
mod run;
pub mod scraper;
pub mod shards;
pub mod signature;
pub mod variants;
pub mod worker;
pub mod yelp;

pub use self::{
    api::Api,
    cities::City,
    error::ScrapeError,
    fetching::{Fetching, Host, LIVE_DOCUMENTS_LAST},
    job::{Job, Threads},
    lesson::lesson,
    outcome::{BusinessId, CityOutcome, Detail, Failure, Search, SearchError, Stop},
    run::{Answer, CityReport, Input, Settings, collection_of, run},
    scraper::{Scraper, ScraperConfig},
    variants::Variant,
    worker::{RemoteScraper, WorkerProgram},
};
