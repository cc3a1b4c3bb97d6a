//! Part 2 of the lab, I/O-bound work; its lesson follows.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod error;
pub mod hacker_news;
pub mod ids;
mod item;
mod job;
mod lesson;
mod outcome;
pub mod retry;
mod show;
pub mod variants;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use common::{
    interrupt::Interrupt,
    progress::{Progress, Visibility},
    report::{Report, Run},
    stopwatch::{Cost, Stopwatch},
    timeline::{Lane, Recorder},
};
use serde::Serialize;

pub use self::{
    error::RequestError,
    ids::ItemId,
    item::{Item, Kind},
    job::Job,
    lesson::lesson,
    outcome::{Failure, Outcome},
    show::table_of_items,
    variants::Variant,
};
use self::{
    hacker_news::{HackerNews, Proxy},
    retry::Retry,
};

/// What the program is asked to do.
#[derive(Clone)]
pub struct Settings {
    /// The items, and how many workers the pool has.
    pub job: Job,
    /// Which variants are to run, one after another.
    pub variants: Vec<Variant>,
    /// Where the items are asked for.
    pub site: Site,
    /// How long to go on trying.
    pub retry: Retry,
    /// Whether long runs show a progress bar.
    pub progress: Visibility,
    /// Ends the runs early.
    pub interrupt: Arc<Interrupt>,
}

/// A host that serves the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// What stands before `/api`.
    pub base_url: String,
    /// How it is reached.
    pub proxy: Proxy,
    /// How long it keeps us waiting, if that is known.
    pub latency: Option<Latency>,
}

/// How long a host keeps its clients waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// For each request.
    pub request: Duration,
    /// For each new connection, once more.
    pub connection: Duration,
}

impl Latency {
    /// The least time for so many requests, so many at once: delay × ceil(N/K), and the delay of
    /// the connections, which are made at once too.
    pub fn floor(self, requests: usize, at_once: usize) -> Duration {
        let rounds = requests.div_ceil(at_once.max(1));
        let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
        let connection = if rounds == 0 { Duration::ZERO } else { self.connection };
        connection + self.request.saturating_mul(rounds)
    }
}

/// The question, as reports repeat it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// Which items.
    pub ids: Vec<ItemId>,
    /// Where they were asked for.
    pub base_url: String,
}

/// The answer, as reports give it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// How many items there are.
    pub items: usize,
    /// Those that do not exist.
    pub missing: Vec<ItemId>,
    /// Those that could not be had.
    pub failed: Vec<Failure>,
    /// Those that were not asked for, or not to the end, because of Ctrl-C.
    pub unfinished: Vec<ItemId>,
}

/// Runs the variants one after another and compares their answers.
///
/// Returns the report, and the items that any of them fetched, by their ids. An interrupt ends
/// the run under way, and leaves out the ones to come.
///
/// # Errors
/// When a variant cannot start its threads, or gets another item for an id than one before.
pub fn run(settings: &Settings) -> Result<(Report<Input, Answer>, Vec<Item>), RequestError> {
    let mut runs: Vec<Run<Answer>> = Vec::new();
    let mut items: BTreeMap<ItemId, Option<Item>> = BTreeMap::new();
    for &variant in &settings.variants {
        if settings.interrupt.is_raised() {
            break;
        }
        let (run, outcomes) = run_variant(settings, variant)?;
        for outcome in outcomes {
            let (id, item) = match outcome {
                Outcome::Fetched(item) => (item.id, Some(item)),
                Outcome::Missing(id) => (id, None),
                Outcome::Failed(_) | Outcome::Unfinished(_) => continue,
            };
            match items.get(&id) {
                Some(expected) if *expected != item => {
                    let (variant, reference) = (variant.name(), runs[0].variant);
                    return Err(RequestError::Disagreement { variant, reference, id });
                }
                _ => items.insert(id, item),
            };
        }
        runs.push(run);
    }
    let input = Input { ids: settings.job.ids.clone(), base_url: settings.site.base_url.clone() };
    let items = settings.job.ids.iter().filter_map(|id| items.remove(id).flatten()).collect();
    Ok((Report::new("part2-threads", input, runs), items))
}

fn run_variant(
    settings: &Settings,
    variant: Variant,
) -> Result<(Run<Answer>, Vec<Outcome>), RequestError> {
    let Settings { job, site, interrupt, .. } = settings;
    let at_once = variant.workers(job);
    let client =
        HackerNews::new(&site.base_url, site.proxy, at_once, settings.retry, Arc::clone(interrupt));
    let progress = Progress::start(variant.name(), job.ids.len() as u64, settings.progress);
    let stopwatch = Stopwatch::start();
    let recorder = Recorder::start(stopwatch.wall(), threads_of(variant, job));
    let outcomes = variant.request(job, |id| {
        let outcome = recorder.span(id.thread_name(), || client.fetch(id));
        progress.advance();
        outcome
    })?;
    let Cost { wall, cpu } = stopwatch.cost();
    let run = Run {
        variant: variant.name(),
        workers: at_once,
        answer: answer(&outcomes),
        cost: Cost { wall, cpu: cpu.saturating_sub(progress.finish()) },
        floor: site.latency.map(|latency| latency.floor(job.ids.len(), at_once)),
        timeline: recorder.finish(),
    };
    Ok((run, outcomes))
}

/// The threads that a variant works with, known by their names.
fn threads_of(variant: Variant, job: &Job) -> Vec<Lane> {
    match variant {
        Variant::Sequential => vec![Lane::of_current_thread()],
        Variant::Concurrent => {
            job.ids.iter().map(|id| Lane::of_thread(&id.thread_name())).collect()
        }
        Variant::Pooled => {
            (0..job.workers.get()).map(|index| Lane::of_thread(&Job::worker_name(index))).collect()
        }
    }
}

fn answer(outcomes: &[Outcome]) -> Answer {
    let mut answer = Answer::default();
    for outcome in outcomes {
        match outcome {
            Outcome::Fetched(_) => answer.items += 1,
            Outcome::Missing(id) => answer.missing.push(*id),
            Outcome::Failed(failure) => answer.failed.push(failure.clone()),
            Outcome::Unfinished(id) => answer.unfinished.push(*id),
        }
    }
    answer
}
