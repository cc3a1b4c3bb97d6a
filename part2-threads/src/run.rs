//! One run: the variants one after another, whose answers are compared.

use std::{collections::BTreeMap, num::NonZeroUsize, ops::ControlFlow, sync::Arc};

use common::stopwatch::{Cost, Stopwatch};
use http_client::{Latency, Proxy, retry::Retry};
use interrupt::Interrupt;
use program::{
    progress::{Progress, Visibility},
    run::each_variant,
};
use report::{
    Report, Run,
    timeline::{Lane, Recorder},
};
use serde::Serialize;

use crate::{
    Failure, Item, ItemId, Job, Outcome, RequestError, Variant, hacker_news::HackerNews,
    semaphore::Semaphore,
};

/// The settings of a run.
#[derive(Clone)]
pub struct Settings {
    /// The items, and the number of workers of the pool.
    pub job: Job,
    /// The variants, which run one after another.
    pub variants: Vec<Variant>,
    /// The host of the items.
    pub site: Site,
    /// The limits on retries.
    pub retry: Retry,
    /// The most requests at once, for all variants.
    pub requests_max: NonZeroUsize,
    /// Whether long runs show a progress bar.
    pub progress: Visibility,
    /// Ends the runs early.
    pub interrupt: Arc<Interrupt>,
}

/// A host that serves the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The URL before `/api`.
    pub base_url: String,
    /// Whether it is reached through a proxy.
    pub proxy: Proxy,
    /// Its latency, if known.
    pub latency: Option<Latency>,
}

impl Site {
    /// Whether it is the local web of this program, whose items never change.
    pub fn is_local_web(&self) -> bool {
        self.latency.is_some()
    }
}

/// The question in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// The ids of the items.
    pub ids: Vec<ItemId>,
    /// The host of the items.
    pub base_url: String,
}

/// The answer in a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// How many items there are.
    pub items: usize,
    /// The items that do not exist.
    pub missing: Vec<ItemId>,
    /// The items that could not be fetched.
    pub failed: Vec<Failure>,
    /// The items that were not fetched because of a signal.
    pub unfinished: Vec<ItemId>,
}

impl Answer {
    /// How many ids were answered, with missing items.
    pub fn answers(&self) -> usize {
        self.items + self.missing.len()
    }

    /// Whether every id was answered.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.unfinished.is_empty()
    }
}

/// A known item, none if it does not exist, and the variant that fetched it first.
type Known = (&'static str, Option<Item>);

/// Runs the variants one after another and compares their answers.
///
/// Returns the report, and all fetched items in the order of the job. After an interrupt, or if the
/// host gave no answer at all, no other variant begins.
///
/// # Errors
/// When a variant cannot start its threads, returns items in a wrong order, or fetches another item for
/// an id than a variant before. (Contents are compared only with the local web, since items of other
/// hosts may change meanwhile.)
pub fn run(settings: &Settings) -> Result<(Report<Input, Answer>, Vec<Item>), RequestError> {
    let ids = &settings.job.ids;
    let mut runs: Vec<Run<Answer>> = Vec::new();
    let mut known: BTreeMap<ItemId, Known> = BTreeMap::new();
    let Settings { variants, interrupt, .. } = settings;
    let unwritten = each_variant(variants, Variant::name, interrupt, |variant| {
        let (run, outcomes) = run_variant(settings, variant)?;
        if !outcomes.iter().map(Outcome::id).eq(ids.iter().copied()) {
            return Err(RequestError::OutOfOrder { variant: variant.name() });
        }
        learn(&mut known, variant, outcomes, settings.site.is_local_web())?;
        let has_no_answer = !ids.is_empty() && run.answer.answers() == 0;
        runs.push(run);
        Ok(if has_no_answer { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let input = Input { ids: ids.clone(), base_url: settings.site.base_url.clone() };
    let items = ids.iter().filter_map(|id| known.remove(id).and_then(|(_, item)| item)).collect();
    let report = Report::new("part2-threads", input, runs).with_unwritten(unwritten);
    Ok((report.map_err(RequestError::Unwritten)?, items))
}

/// Adds the outcomes of a variant to the known items, and compares them if they have to be equal.
fn learn(
    known: &mut BTreeMap<ItemId, Known>,
    variant: Variant,
    outcomes: Vec<Outcome>,
    has_to_be_the_same: bool,
) -> Result<(), RequestError> {
    for outcome in outcomes {
        let id = outcome.id();
        let item = match outcome {
            Outcome::Fetched(item) => Some(item),
            Outcome::Missing(_) => None,
            Outcome::Failed(_) | Outcome::Unfinished(_) => continue,
        };
        let (reference, expected) =
            known.entry(id).or_insert_with(|| (variant.name(), item.clone()));
        if has_to_be_the_same && *expected != item {
            let variant = variant.name();
            return Err(RequestError::Disagreement { variant, reference, id });
        }
    }
    Ok(())
}

fn run_variant(
    settings: &Settings,
    variant: Variant,
) -> Result<(Run<Answer>, Vec<Outcome>), RequestError> {
    let Settings { job, site, interrupt, .. } = settings;
    let at_once = variant.workers(job).min(settings.requests_max.get());
    let semaphore = Semaphore::new(settings.requests_max);
    let client =
        HackerNews::new(&site.base_url, site.proxy, at_once, settings.retry, Arc::clone(interrupt));
    let progress = Progress::start(variant.name(), job.ids.len() as u64, settings.progress);
    let stopwatch = Stopwatch::start();
    let recorder = Recorder::start(stopwatch.wall(), threads_of(variant, job));
    let outcomes = variant.request(job, |id| {
        let outcome =
            semaphore.with_permit(|| recorder.span(id.thread_name(), || client.fetch(id)));
        progress.advance();
        outcome
    })?;
    if interrupt.is_raised() {
        interrupt.begin_report();
    }
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

/// The threads with which a variant works, known by their names.
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
