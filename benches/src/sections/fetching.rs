//! The section of GET requests: part 2 beside Python, curl, and an asynchronous client in Rust.

pub mod async_client;
mod clients;

use std::{num::NonZeroU32, time::Duration};

use http_client::Latency;
use mock_web::{Config, local_process::LocalWeb};
use program::open_files;

use self::clients::{Client, Clients};
use super::{Options, Outcome, SectionError, Selection, contenders_of};
use crate::race::{self, Limit, Race, RaceEntry, Threads};

/// The longest floor for clients that send one request after another.
const SEQUENTIAL_TIME_MAX: Duration = Duration::from_secs(5);

const SLOW_LATENCY: Duration = Duration::from_millis(50);

const REMARK: &str = "“–” stands for who asks for one item after another where latency alone would \
     take longer than a few seconds. All ask the same local web, a process of its own, which has to \
     share the cores with them: with no latency, it is what most of them wait for. All but curl parse \
     what they get.";

/// A job of this section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Job {
    requests: u32,
    at_once: NonZeroU32,
    latency: Duration,
}

pub(super) fn run(
    options: &Options,
    rounds: NonZeroU32,
    announce: fn(&str),
) -> Result<Outcome, SectionError> {
    announce("build part 2, and look for Python and curl");
    // A connection is an open file, and those whom we start have our limit.
    open_files::raise_limit();
    let (clients, missing) = clients::find(options)?;
    let mut rows = Vec::new();
    for job in jobs(options.selection) {
        announce(&job.title());
        let config = Config { latency: job.latency, ..Config::default() };
        let web = LocalWeb::start(&options.this_program, &config)?;
        rows.push(race::run(&race_of(job, &clients, web.url()), rounds, |_, trial| {
            trial.measure()
        })?);
    }
    Ok(Outcome {
        contenders: contenders_of(&rows),
        versions: clients.versions(),
        rows,
        missing,
        remarks: vec![REMARK.to_owned()],
    })
}

fn jobs(selection: Selection) -> Vec<Job> {
    let [few, many] = [20, 100].map(|number| NonZeroU32::new(number).expect("more than none"));
    let sizes = match selection {
        Selection::Full => vec![(20, few), (1_000, many), (10_000, many)],
        Selection::Quick => vec![(20, few), (200, many)],
    };
    let with_latency =
        |latency| sizes.iter().map(move |&(requests, at_once)| Job { requests, at_once, latency });
    with_latency(Duration::ZERO).chain(with_latency(SLOW_LATENCY)).collect()
}

impl Job {
    fn title(self) -> String {
        let latency = if self.latency.is_zero() {
            "no latency".to_owned()
        } else {
            format!("{} ms each", self.latency.as_millis())
        };
        format!("{} GETs, {} at once, {latency}", self.requests, self.at_once)
    }

    fn limit(self) -> Limit {
        if self.latency.is_zero() {
            Limit::of_threads(Threads::All)
        } else {
            Limit::Latency(self.floor(self.at_once.get()))
        }
    }

    fn floor(self, at_once: u32) -> Duration {
        let latency = Latency { request: self.latency, connection: Duration::ZERO };
        let [requests, at_once] = [self.requests, at_once].map(|count| count as usize);
        latency.floor(requests, at_once)
    }

    /// Whether the client takes part in this job; none if it does another job.
    fn can_be_done_by(self, client: Client) -> Option<bool> {
        match client {
            _ if client.asks_one_by_one() => Some(self.floor(1) <= SEQUENTIAL_TIME_MAX),
            // It has as many requests under way as there are.
            Client::OursConcurrent if self.requests > self.at_once.get() => None,
            _ => Some(true),
        }
    }
}

fn race_of(job: Job, clients: &Clients, url: &str) -> Race {
    let entries = clients.all().filter_map(|client| {
        let trial = clients.trial(client, job, url);
        Some(RaceEntry {
            contender: client.title().to_owned(),
            trial: job.can_be_done_by(client)?.then_some(trial),
        })
    });
    Race { job: job.title(), limit: Some(job.limit()), entries: entries.collect() }
}
