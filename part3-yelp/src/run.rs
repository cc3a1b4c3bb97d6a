//! One run: the variants one after another; what they have stored is compared.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    io, mem,
    ops::ControlFlow,
    sync::Arc,
    time::Duration,
};

use common::stopwatch::Cost;
use document_store::{Collection, InterruptibleStore, Purpose, Store, StoreError};
use http_client::Latency;
use interrupt::Interrupt;
use message::error_causes::with_causes;
use program::{progress::Visibility, run::each_variant};
use report::{Report, Run, timeline::Timeline};
use serde::Serialize;

use crate::{
    Api, BusinessId, City, CityOutcome, Failure, Job, RemoteScraper, ScrapeError, ScraperConfig,
    Stop, Variant, WorkerProgram, credentials::Environment, instruments::Instruments,
};

/// The settings of a run.
#[derive(Clone)]
pub struct Settings {
    /// The cities, and how many of them at once.
    pub job: Job,
    /// The variants, which run one after another.
    pub variants: Vec<Variant>,
    /// The scraper of all variants; its collection is used if there is only one variant.
    pub scraper: ScraperConfig,
    /// The latency of the local web; none for other hosts.
    pub latency: Option<Latency>,
    /// Secrets.
    pub environment: Environment,
    /// The program that is started as a worker process.
    pub worker: WorkerProgram,
    /// Whether long runs show a progress bar.
    pub progress: Visibility,
    /// Ends the runs early.
    pub interrupt: Arc<Interrupt>,
}

/// The question in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// The cities.
    pub cities: Vec<City>,
    /// The most businesses of each city.
    pub limit: usize,
    /// The version of the API.
    pub api: Api,
    /// The address of the host.
    pub base_url: String,
    /// The store of the documents.
    pub store: String,
}

/// The answer in a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The number of found businesses in the store now, each counted once. If the store does not answer
    /// any more, the number that it has acknowledged.
    pub documents: usize,
    /// The outcome of each city.
    pub cities: Vec<CityReport>,
    /// Why the run was stopped, if it was.
    pub stopped: Option<Stop>,
}

/// The outcome of a city, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CityReport {
    /// The city.
    pub city: City,
    /// How many businesses its search found; none if an interrupt came before the search, or the worker
    /// process, could report.
    pub found: Option<usize>,
    /// How many of them were fetched and stored.
    pub stored: usize,
    /// How many were in the store already.
    pub skipped: usize,
    /// The businesses that failed.
    pub failed: Vec<Failure>,
    /// How many are unfinished; 0 if the search is.
    pub unfinished: usize,
    /// Whether everything that its search found is in the store.
    pub complete: bool,
}

impl Answer {
    /// Whether every business of every city is in the store.
    pub fn is_complete(&self) -> bool {
        self.stopped.is_none() && self.cities.iter().all(|city| city.complete)
    }
}

/// Runs the variants one after another and compares what they have stored.
///
/// If there are several, each stores into a collection of its own, which is emptied before. After an
/// interrupt, or if a variant was stopped or stored nothing at all, no other variant begins. A store
/// that fails during a variant stops it, and there is still a report.
///
/// # Errors
/// When the store cannot be opened, when a variant cannot start its threads or processes, or when it
/// returns cities in a wrong order. Also when a variant stores other documents than the first one. This
/// is checked with the local web only, since documents of other hosts may change during the run.
pub fn run(settings: &Settings) -> Result<Report<Input, Answer>, ScrapeError> {
    let mut runs: Vec<Run<Answer>> = Vec::new();
    let mut reference: Option<(&'static str, u64)> = None;
    let mut next_purpose = Purpose::Begin;
    let Settings { job, scraper, variants, interrupt, .. } = settings;
    let unwritten = each_variant(variants, Variant::name, interrupt, |variant| {
        let purpose = mem::replace(&mut next_purpose, Purpose::Continue);
        let result = run_variant(settings, variant, purpose);
        let (run, digest) = match (result, runs.last_mut()) {
            (Err(ScrapeError::Store(StoreError::Interrupted)), _) => {
                return Ok(ControlFlow::Break(()));
            }
            (Err(ScrapeError::Store(error)), Some(last)) => {
                last.answer.stopped = store_failed(&error);
                return Ok(ControlFlow::Break(()));
            }
            (result, _) => result?,
        };
        if let Some(digest) = digest {
            let (first, expected) = *reference.get_or_insert((variant.name(), digest));
            if digest != expected {
                let variant = variant.name();
                return Err(ScrapeError::Disagreement { variant, reference: first });
            }
        }
        let is_hopeless = run.answer.stopped.is_some()
            || (run.answer.documents == 0 && !run.answer.is_complete());
        runs.push(run);
        Ok(if is_hopeless { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let input = Input {
        cities: job.cities.clone(),
        limit: job.limit,
        api: scraper.api,
        base_url: scraper.base_url.clone(),
        store: scraper.place.to_string(),
    };
    let report = Report::new("part3-yelp", input, runs).with_unwritten(unwritten);
    report.map_err(ScrapeError::Unwritten)
}

/// The collection of a variant that is compared with others.
pub fn collection_of(variant: Variant) -> Collection {
    Collection::of_variant(variant.name()).expect("a variant's name to be one for a collection")
}

/// Runs a variant. Also returns a digest of its documents, if these are compared.
fn run_variant(
    settings: &Settings,
    variant: Variant,
    purpose: Purpose,
) -> Result<(Run<Answer>, Option<u64>), ScrapeError> {
    let Settings { job, environment, interrupt, .. } = settings;
    let is_compared = settings.variants.len() > 1;
    let mut config = settings.scraper.clone();
    if is_compared {
        config.collection = collection_of(variant);
    }
    // Opened before the clock starts, so that its errors are reported at once.
    let interrupted = Arc::clone(interrupt);
    let mut store = config.open_interruptible_store(environment, purpose, interrupted)?;
    if is_compared {
        store.ask(|store| store.clear())?;
    }
    let Scraped { outcomes, mut answer, cost, timeline } =
        scrape(settings, variant, &config, &mut store)?;
    let mut digest = None;
    if is_compared && settings.latency.is_some() && answer.is_complete() {
        match store.ask(digest_of) {
            Ok(found) => digest = Some(found),
            Err(error) => answer.stopped = store_failed(&error),
        }
    }
    let floor = settings.latency.map(|latency| floor(latency, job, variant, &config, &outcomes));
    let workers = at_once(job, variant, &outcomes);
    Ok((Run { variant: variant.name(), workers, answer, cost, floor, timeline }, digest))
}

/// What a variant has done.
pub(crate) struct Scraped {
    pub(crate) outcomes: Vec<CityOutcome>,
    pub(crate) answer: Answer,
    pub(crate) cost: Cost,
    timeline: Timeline,
}

/// Scrapes all cities, and checks that what was stored is in the store.
pub(crate) fn scrape(
    settings: &Settings,
    variant: Variant,
    config: &ScraperConfig,
    store: &mut InterruptibleStore,
) -> Result<Scraped, ScrapeError> {
    let Settings { job, environment, interrupt, .. } = settings;
    let instruments = Arc::new(Instruments::start(variant.name(), job, settings.progress));
    let local = || {
        let scraper = config.open(environment, Arc::clone(interrupt))?;
        Ok(instruments.watch(scraper))
    };
    let remote = || {
        let program = settings.worker.clone();
        let config = config.shared_by(job.busy_workers());
        RemoteScraper::of_run(program, config, Arc::clone(&instruments), Arc::clone(interrupt))
    };
    let mut outcomes = variant.scrape(job, local, remote)?;
    if interrupt.is_raised() {
        interrupt.begin_report();
    }
    let instruments = Arc::into_inner(instruments).expect("the variant to have ended its workers");
    let (cost, timeline) = instruments.finish();
    if !outcomes.iter().map(|outcome| &outcome.city).eq(&job.cities) {
        return Err(ScrapeError::OutOfOrder { variant: variant.name() });
    }
    let answer = verified_answer(store, &mut outcomes);
    Ok(Scraped { outcomes, answer, cost, timeline })
}

/// Checks that the stored businesses are in the store, and creates the answer.
fn verified_answer(store: &mut InterruptibleStore, outcomes: &mut [CityOutcome]) -> Answer {
    let ids: BTreeSet<&BusinessId> =
        outcomes.iter().flat_map(|outcome| outcome.stored.iter().chain(&outcome.skipped)).collect();
    let ids: Vec<String> = ids.into_iter().map(|id| id.as_str().to_owned()).collect();
    let number = ids.len();
    match store.ask(move |store| store.kept_since(&ids, Duration::ZERO)) {
        Ok(kept) => {
            for outcome in &mut *outcomes {
                outcome.fail_missing(&kept);
            }
            answer(outcomes, kept.len())
        }
        Err(error) => {
            let answer = answer(outcomes, number);
            Answer { stopped: answer.stopped.or(store_failed(&error)), ..answer }
        }
    }
}

/// The reason to stop after an error of the store; none if a signal ends the run anyway.
fn store_failed(error: &StoreError) -> Option<Stop> {
    let is_failure = !matches!(error, StoreError::Interrupted);
    is_failure.then(|| Stop::StoreFailed { message: with_causes(error) })
}

/// The most requests of a variant at once.
fn at_once(job: &Job, variant: Variant, outcomes: &[CityOutcome]) -> usize {
    let found = outcomes.iter().map(CityOutcome::found).max().unwrap_or_default();
    variant.cities_at_once(job) * variant.businesses_at_once(job, found).max(1)
}

/// The latency floor: each city's search comes before its businesses, and a variant scrapes only some
/// cities at once.
fn floor(
    latency: Latency,
    job: &Job,
    variant: Variant,
    config: &ScraperConfig,
    outcomes: &[CityOutcome],
) -> Duration {
    let rounds: Vec<usize> = outcomes
        .iter()
        .map(|outcome| {
            let asked_for = outcome.found() - outcome.skipped.len();
            let at_once = variant.businesses_at_once(job, asked_for).max(1);
            job.pages(config.api) + asked_for.div_ceil(at_once)
        })
        .collect();
    let longest = rounds.iter().copied().max().unwrap_or_default();
    let shared = rounds.iter().sum::<usize>().div_ceil(variant.cities_at_once(job));
    latency.floor_of_rounds(longest.max(shared))
}

fn answer(outcomes: &[CityOutcome], documents: usize) -> Answer {
    let report = |outcome: &CityOutcome| CityReport {
        city: outcome.city.clone(),
        found: (!outcome.is_unknown()).then(|| outcome.found()),
        stored: outcome.stored.len(),
        skipped: outcome.skipped.len(),
        failed: outcome.failed.clone(),
        unfinished: outcome.unfinished.len(),
        complete: outcome.is_complete(),
    };
    Answer {
        documents,
        cities: outcomes.iter().map(report).collect(),
        stopped: outcomes.iter().find_map(|outcome| outcome.stop.clone()),
    }
}

/// A digest of all documents in a collection, without times. The cities of a business are a set, since
/// their order differs from run to run.
fn digest_of(store: &mut dyn Store) -> Result<u64, StoreError> {
    let mut hasher = DefaultHasher::new();
    store.for_each(&mut |document| {
        (document.id, document.cities, document.body).hash(&mut hasher);
        io::Result::Ok(())
    })?;
    Ok(hasher.finish())
}
