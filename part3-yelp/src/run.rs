//! One run: the variants one after another; what they have stored is compared.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    io, mem,
    ops::ControlFlow,
    sync::Arc,
    time::Duration,
};

use document_store::{Collection, InterruptibleStore, Purpose, Store, StoreError};
use http_client::Latency;
use interrupt::Interrupt;
use message::error_causes::with_causes;
use program::{progress::Visibility, run::each_variant};
use report::{Report, Run};
use serde::Serialize;

use crate::{
    Api, BusinessId, City, CityOutcome, Failure, Job, RemoteScraper, ScrapeError, ScraperConfig,
    Stop, Variant, WorkerProgram, credentials::Environment, instruments::Instruments,
};

/// What the program is asked to do.
#[derive(Clone)]
pub struct Settings {
    /// The cities, and how many of them at once.
    pub job: Job,
    /// Which variants are to run, one after another.
    pub variants: Vec<Variant>,
    /// What they scrape with; its collection is theirs if there is only one of them.
    pub scraper: ScraperConfig,
    /// How long the host keeps us waiting, if that is known: then it is the local web.
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

/// The question, as reports repeat it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// Which cities.
    pub cities: Vec<City>,
    /// How many businesses of each.
    pub limit: usize,
    /// Which version of the API.
    pub api: Api,
    /// Where it was asked.
    pub base_url: String,
    /// Where documents are kept.
    pub store: String,
}

/// The answer, as reports give it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// How many of the businesses that were found are in the store now, each counted once; if the
    /// store does not answer any more, how many it has acknowledged.
    pub documents: usize,
    /// What became of each city.
    pub cities: Vec<CityReport>,
    /// Why the run was stopped, if it was.
    pub stopped: Option<Stop>,
}

/// What became of a city, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CityReport {
    /// Which city.
    pub city: City,
    /// How many businesses its search found; not known of a city whose search was interrupted, or
    /// its worker process before it could say so.
    pub found: Option<usize>,
    /// How many of them were fetched and stored.
    pub stored: usize,
    /// How many were in the store already.
    pub skipped: usize,
    /// What could not be had.
    pub failed: Vec<Failure>,
    /// How many were left undone; none is known of a city whose search was.
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
/// If there are several, each stores into a collection of its own, which is emptied before. An
/// interrupt ends the run under way, and leaves out the ones to come, as does a run that was
/// stopped or stored nothing at all. A store that fails stops a run: there is a report of it as soon
/// as it has begun.
///
/// # Errors
/// When a variant cannot start its threads or processes, mixes up its cities, or stores other
/// documents than the one before (on the local web: those of the world may change meanwhile), or
/// when the store cannot be used from the start.
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

/// Where a variant stores when it is compared with others.
pub fn collection_of(variant: Variant) -> Collection {
    Collection::of_variant(variant.name()).expect("a variant's name to be one for a collection")
}

/// Also returns a number that stands for what was stored, if that is to be compared.
fn run_variant(
    settings: &Settings,
    variant: Variant,
    purpose: Purpose,
) -> Result<(Run<Answer>, Option<u64>), ScrapeError> {
    let Settings { job, environment, interrupt, .. } = settings;
    let workers = job.busy_workers();
    let is_compared = settings.variants.len() > 1;
    let mut config = settings.scraper.clone();
    if is_compared {
        config.collection = collection_of(variant);
    }
    // Opened before the clock is started, so that what is wrong with it is reported at once.
    let interrupted = Arc::clone(interrupt);
    let mut store = config.open_interruptible_store(environment, purpose, interrupted)?;
    if is_compared {
        store.ask(|store| store.clear())?;
    }
    let instruments = Arc::new(Instruments::start(variant.name(), job, settings.progress));
    let here = || {
        let scraper = config.open(environment, Arc::clone(interrupt))?;
        Ok(instruments.watch(scraper))
    };
    let there = || {
        let program = settings.worker.clone();
        let config = config.shared_by(workers);
        RemoteScraper::of_run(program, config, Arc::clone(&instruments), Arc::clone(interrupt))
    };
    let mut outcomes = variant.scrape(job, here, there)?;
    if interrupt.is_raised() {
        interrupt.begin_report();
    }
    let instruments = Arc::into_inner(instruments).expect("the variant to have ended its workers");
    let (cost, timeline) = instruments.finish();
    if !outcomes.iter().map(|outcome| &outcome.city).eq(&job.cities) {
        return Err(ScrapeError::OutOfOrder { variant: variant.name() });
    }
    let mut answer = look_again(&mut store, &mut outcomes);
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

/// Looks whether what was stored is there, and sums up.
fn look_again(store: &mut InterruptibleStore, outcomes: &mut [CityOutcome]) -> Answer {
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

/// What an error of the store means for the run; none if it is the signal that ends the run.
fn store_failed(error: &StoreError) -> Option<Stop> {
    let is_failure = !matches!(error, StoreError::Interrupted);
    is_failure.then(|| Stop::StoreFailed { message: with_causes(error) })
}

/// How many requests a variant has under way at most.
fn at_once(job: &Job, variant: Variant, outcomes: &[CityOutcome]) -> usize {
    let found = outcomes.iter().map(CityOutcome::found).max().unwrap_or_default();
    variant.cities_at_once(job) * variant.businesses_at_once(job, found).max(1)
}

/// The least time that the latency allows: each city's search comes before its businesses, and so
/// many cities are under way at once.
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

/// A number that stands for everything in a collection, but for the times. The cities of a business
/// are a set: which of them found it last differs from run to run.
fn digest_of(store: &mut dyn Store) -> Result<u64, StoreError> {
    let mut hasher = DefaultHasher::new();
    store.for_each(&mut |document| {
        (document.id, document.cities, document.body).hash(&mut hasher);
        io::Result::Ok(())
    })?;
    Ok(hasher.finish())
}
