//! The arguments and their default values.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, Subcommand};
use document_store::{StoreLocation, StoreLocationError};
use http_client::{parse_base_url, retry::Retry};
use part3_yelp::{Api, Fetching, Host, LIVE_DOCUMENTS_LAST, Variant, rate_limit::Rate};
use program::command_line::{
    ReportOptions, UsageError, one_of, parse_timeout, parse_workers, unquoted,
};

/// The default number of cities at once.
pub(super) const CITIES_AT_ONCE: NonZeroUsize = NonZeroUsize::new(16).unwrap();

/// The default store.
pub(super) const DEFAULT_STORE: &str = "sqlite";

/// The advice for a build without the MongoDB driver.
const WITHOUT_MONGODB: &str = "this build has no MongoDB driver: add it with \
     cargo run -p part3-yelp --features mongodb -- --store mongodb";

/// The default rate of requests to the real Yelp.
const POLITE_PER_SECOND: NonZeroU32 = NonZeroU32::new(4).unwrap();

/// Commands that print stored documents.
#[derive(Debug, Subcommand)]
pub(crate) enum Stored {
    /// Print all documents, one JSON object on each line
    Export(WhichStore),
    /// Print the number of documents
    Count(WhichStore),
    /// Print one document
    Show {
        /// The id of the business
        id: String,
        #[command(flatten)]
        store: WhichStore,
    },
}

/// The documents of a command.
#[derive(Debug, Args)]
pub(crate) struct WhichStore {
    /// Store of the documents: sqlite (target/lab/yelp.db), sqlite:PATH, or mongodb, with its address in
    /// `MONGODB_URI`
    #[arg(long, value_parser = unquoted(parse_store), default_value = DEFAULT_STORE)]
    pub(super) store: StoreLocation,
    /// Documents of this variant, from a run that compared several variants
    #[arg(long, value_parser = one_of(Variant::ALL, Variant::name))]
    pub(super) variant: Option<Variant>,
}

/// The settings of the run and of the report.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A file with a city on each line [default: Seattle, Austin, Chicago, Boston]
    #[arg(long, value_name = "FILE")]
    pub(super) cities: Option<PathBuf>,
    /// Number of businesses of each city
    #[arg(long, value_parser = parse_limit, default_value = "20")]
    pub(super) limit: usize,
    /// Variant to run; may be given several times [default: all; parallel with --live]
    #[arg(long, value_parser = one_of(Variant::ALL, Variant::name))]
    pub(super) variant: Vec<Variant>,
    /// Number of cities at once, each in a process or a thread [default: all, at most 16]
    #[arg(long, value_parser = parse_workers)]
    pub(super) workers: Option<NonZeroUsize>,
    /// Number of businesses of a city at once, each in a thread [default: all]
    #[arg(long, value_parser = parse_workers)]
    pub(super) threads: Option<NonZeroUsize>,
    /// Store of the documents: sqlite (target/lab/yelp.db), sqlite:PATH, or mongodb, with its address in
    /// `MONGODB_URI`
    #[arg(long, value_parser = unquoted(parse_store), default_value = DEFAULT_STORE)]
    pub(super) store: StoreLocation,
    #[command(flatten)]
    pub(super) host: HostArguments,
    #[command(flatten)]
    pub(super) report: ReportOptions,
    /// Write only errors to stderr
    #[arg(long)]
    pub(super) quiet: bool,
}

/// From which host to fetch, and how.
#[derive(Debug, Args)]
pub(crate) struct HostArguments {
    /// Latency of each answer of the local web
    #[arg(long, value_parser = humantime::parse_duration, default_value = "50ms", conflicts_with_all = ["live", "base_url"])]
    latency: Duration,
    /// Additional latency of the local web for each new connection
    #[arg(long, value_parser = humantime::parse_duration, default_value = "0ms", conflicts_with_all = ["live", "base_url"])]
    connect_latency: Duration,
    /// Fetch from the real Yelp, <https://api.yelp.com>; needs `YELP_API_KEY`
    #[arg(long, conflicts_with = "base_url")]
    live: bool,
    /// Fetch from another host with the same API, such as <http://127.0.0.1:8080>
    #[arg(long, value_name = "URL", value_parser = unquoted(parse_base_url))]
    base_url: Option<String>,
    /// Version of the API: v2 with signatures (OAuth 1.0a), or v3 with a key [default: v2; v3 with --live]
    #[arg(long, value_parser = one_of(Api::ALL, Api::name))]
    api: Option<Api>,
    /// The most requests per second [default: no limit; 4 with --live]
    #[arg(long)]
    rate: Option<NonZeroU32>,
    /// Do not fetch documents again that were stored within this time [default: 0s; 24h with --live]
    #[arg(long, value_parser = humantime::parse_duration)]
    max_age: Option<Duration>,
    /// How many times to retry a request after a transient error
    #[arg(long, default_value = "3", value_parser = clap::value_parser!(u32).range(..=100))]
    retries: u32,
    /// Time limit for an answer, with all retries; each attempt may take timeout / (retries + 1)
    #[arg(long, value_parser = parse_timeout, default_value = "30s")]
    timeout: Duration,
}

impl HostArguments {
    pub(super) fn is_live(&self) -> bool {
        self.live
    }

    pub(super) fn fetching(&self) -> Result<Fetching, UsageError> {
        Ok(Fetching {
            api: self.api()?,
            host: self.host(),
            retry: Retry { retries: self.retries, deadline: self.timeout },
            rate: self.rate(),
            max_age: self.max_age(),
        })
    }

    fn api(&self) -> Result<Api, UsageError> {
        match (self.live, self.api) {
            (true, Some(Api::V2)) => Err(UsageError(
                "cannot use --api v2 with --live: Yelp ended version 2 on 30 June 2018. Leave out \
                 --api, or leave out --live to use the local web"
                    .to_owned(),
            )),
            (true, _) => Ok(Api::V3),
            (false, api) => Ok(api.unwrap_or(Api::V2)),
        }
    }

    fn host(&self) -> Host {
        match &self.base_url {
            _ if self.live => Host::Yelp,
            Some(url) => Host::Url(url.clone()),
            None => Host::Local { latency: self.latency, connect_latency: self.connect_latency },
        }
    }

    fn rate(&self) -> Option<Rate> {
        let per_second = self.rate.or(self.live.then_some(POLITE_PER_SECOND))?;
        Some(Rate { per_second, processes: NonZeroUsize::MIN })
    }

    fn max_age(&self) -> Duration {
        let default = if self.live { LIVE_DOCUMENTS_LAST } else { Duration::ZERO };
        self.max_age.unwrap_or(default)
    }
}

pub(super) fn parse_limit(text: &str) -> Result<usize, String> {
    /// The most businesses of a city that version 3 returns, page by page.
    const REACHABLE_MAX: usize = 240;
    match text.parse() {
        Ok(limit) if (1..=REACHABLE_MAX).contains(&limit) => Ok(limit),
        _ => Err(format!("write a number from 1 to {REACHABLE_MAX}")),
    }
}

pub(super) fn parse_store(text: &str) -> Result<StoreLocation, String> {
    text.parse::<StoreLocation>().map_err(|error| match error {
        StoreLocationError::WithoutMongodb => WITHOUT_MONGODB.to_owned(),
        error => error.to_string(),
    })
}
