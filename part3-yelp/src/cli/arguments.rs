//! The arguments: what can be typed, and what is meant where nothing is.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use document_store::{StoreLocation, StoreLocationError};
use http_client::{parse_base_url, retry::Retry};
use part3_yelp::{Api, Variant, credentials::Source, rate_limit::Rate};
use program::command_line::{
    ReportOptions, UsageError, one_of, parse_timeout, parse_workers, unquoted,
};

/// As many cities as are asked about at once, if there are more of them.
pub(super) const CITIES_AT_ONCE: NonZeroUsize = NonZeroUsize::new(16).unwrap();

/// Where documents are kept, if nothing else is said.
const DEFAULT_STORE: &str = "sqlite";

/// What to do about a build without the driver of MongoDB.
const WITHOUT_MONGODB: &str = "this build has no driver of MongoDB: build it in with \
     cargo run -p part3-yelp --features mongodb -- --store mongodb";

/// What Yelp lets a program keep documents for.
const LIVE_DOCUMENTS_LAST: Duration = Duration::from_hours(24);

/// What a host out in the world is asked for at most, each second.
const POLITE_PER_SECOND: NonZeroU32 = NonZeroU32::new(4).unwrap();

/// Scrapes the best businesses of some cities into a database, one by one and at once, and compares.
#[derive(Debug, Parser)]
#[command(name = "part3-yelp", version, args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) report: Options,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serves Yelp on loopback, as the program does for itself
    #[command(hide = true)]
    MockWeb,
    /// Does tasks from stdin, as the processes of the pool do
    #[command(hide = true)]
    Worker,
    #[command(flatten)]
    Stored(Stored),
}

/// Commands that print stored documents.
#[derive(Debug, Subcommand)]
pub(crate) enum Stored {
    /// Writes all documents to stdout, one JSON object a line
    Export(WhichStore),
    /// Writes how many documents there are
    Count(WhichStore),
    /// Writes one document
    Show {
        /// The id of the business
        id: String,
        #[command(flatten)]
        store: WhichStore,
    },
}

/// Which documents.
#[derive(Debug, Args)]
pub(crate) struct WhichStore {
    /// Where they are kept: sqlite (target/lab/yelp.db), sqlite:PATH, or mongodb, whose
    /// address is in `MONGODB_URI`
    #[arg(long, value_parser = unquoted(parse_store), default_value = DEFAULT_STORE)]
    pub(super) store: StoreLocation,
    /// Those of a run of several variants: each has stored its own
    #[arg(long, value_parser = one_of(Variant::ALL, Variant::name))]
    pub(super) variant: Option<Variant>,
}

/// How to run and how to report.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A file with a city on each line [default: Seattle, Austin, Chicago, Boston]
    #[arg(long, value_name = "FILE")]
    pub(super) cities: Option<PathBuf>,
    /// How many businesses of each city
    #[arg(long, value_parser = parse_limit, default_value = "20")]
    pub(super) limit: usize,
    /// Which variant to run; may be given several times [default: all; parallel with --live]
    #[arg(long, value_parser = one_of(Variant::ALL, Variant::name))]
    pub(super) variant: Vec<Variant>,
    /// How many cities at once: processes, or threads of one [default: all, at most 16]
    #[arg(long, value_parser = parse_workers)]
    pub(super) workers: Option<NonZeroUsize>,
    /// How many businesses of a city at once [default: all]
    #[arg(long, value_parser = parse_workers)]
    pub(super) threads: Option<NonZeroUsize>,
    /// Where documents are kept: sqlite (target/lab/yelp.db), sqlite:PATH, or mongodb, whose
    /// address is in `MONGODB_URI`
    #[arg(long, value_parser = unquoted(parse_store), default_value = DEFAULT_STORE)]
    pub(super) store: StoreLocation,
    /// How long the local web waits before each answer
    #[arg(long, value_parser = humantime::parse_duration, default_value = "50ms", conflicts_with_all = ["live", "base_url"])]
    pub(super) latency: Duration,
    /// How long it waits once more on each new connection
    #[arg(long, value_parser = humantime::parse_duration, default_value = "0ms", conflicts_with_all = ["live", "base_url"])]
    pub(super) connect_latency: Duration,
    /// Ask the real Yelp, at <https://api.yelp.com>; needs `YELP_API_KEY`
    #[arg(long, conflicts_with = "base_url")]
    pub(super) live: bool,
    /// Ask another host that serves the API, such as <http://127.0.0.1:8080>
    #[arg(long, value_name = "URL", value_parser = unquoted(parse_url))]
    pub(super) base_url: Option<String>,
    /// Which version of the API: v2 is signed (OAuth 1.0a), v3 has a key [default: v2; v3 with --live]
    #[arg(long, value_parser = one_of(Api::ALL, Api::name))]
    api: Option<Api>,
    /// How many requests a second at most [default: any number; 4 with --live]
    #[arg(long)]
    rate: Option<NonZeroU32>,
    /// How old a stored document may be so that it is not asked for [default: 0s; 24h with --live]
    #[arg(long, value_parser = humantime::parse_duration)]
    max_age: Option<Duration>,
    /// How often a request is tried again after a transient error
    #[arg(long, default_value = "3", value_parser = clap::value_parser!(u32).range(..=100))]
    retries: u32,
    /// How long to go on trying to get an answer; each attempt gets this / (retries + 1)
    #[arg(long, value_parser = parse_timeout, default_value = "30s")]
    timeout: Duration,
    #[command(flatten)]
    pub(super) report: ReportOptions,
    /// Write nothing to stderr but errors
    #[arg(long)]
    pub(super) quiet: bool,
}

impl Options {
    pub(super) fn api(&self) -> Result<Api, UsageError> {
        match (self.live, self.api) {
            (true, Some(Api::V2)) => Err(UsageError(
                "--live --api v2 cannot be: Yelp ended version 2 on 30 June 2018; leave out \
                 --api, or --live to ask the local web"
                    .to_owned(),
            )),
            (true, _) => Ok(Api::V3),
            (false, api) => Ok(api.unwrap_or(Api::V2)),
        }
    }

    /// The local web of the lab accepts obvious fakes; others are to know who asks.
    pub(super) fn credentials(&self) -> Source {
        if self.live || self.base_url.is_some() { Source::Environment } else { Source::Demo }
    }

    pub(super) fn retry(&self) -> Retry {
        Retry { retries: self.retries, deadline: self.timeout }
    }

    pub(super) fn rate(&self) -> Option<Rate> {
        let per_second = self.rate.or(self.live.then_some(POLITE_PER_SECOND))?;
        Some(Rate { per_second, processes: NonZeroUsize::MIN })
    }

    pub(super) fn max_age(&self) -> Duration {
        let default = if self.live { LIVE_DOCUMENTS_LAST } else { Duration::ZERO };
        self.max_age.unwrap_or(default)
    }

    pub(super) fn keep_for(&self) -> Option<Duration> {
        self.live.then_some(LIVE_DOCUMENTS_LAST)
    }
}

fn parse_limit(text: &str) -> Result<usize, String> {
    /// How many businesses version 3 lets a client reach, page by page.
    const REACHABLE_MAX: usize = 240;
    match text.parse() {
        Ok(limit) if (1..=REACHABLE_MAX).contains(&limit) => Ok(limit),
        _ => Err(format!("write a number from 1 to {REACHABLE_MAX}")),
    }
}

fn parse_store(text: &str) -> Result<StoreLocation, String> {
    text.parse::<StoreLocation>().map_err(|error| match error {
        StoreLocationError::WithoutMongodb => WITHOUT_MONGODB.to_owned(),
        error => error.to_string(),
    })
}

fn parse_url(text: &str) -> Result<String, String> {
    parse_base_url(text).map_err(|error| error.to_string())
}
