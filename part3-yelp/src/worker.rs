//! The messages to worker processes: how they are sent, and how a worker does them.

use std::{ffi::OsString, path::PathBuf, sync::Arc};

use common::stopwatch::WallClock;
use interrupt::Interrupt;
use message::error_causes::with_causes;
use process_pool::{Event, PoolError, ServeError};
use program::{exercise::attempt, progress::Visibility};
use report::timeline::{Recorder, Timeline};
use serde::{Deserialize, Serialize};

use crate::{
    City, CityOutcome, Failure, Job, ScrapeError, Scraper, Threads,
    credentials::Environment,
    instruments::{Instruments, Watched, WorkerSpan},
    scraper::ScraperConfig,
    variants::{scrape_city, scrape_city_on_threads},
};

/// The program to start as a worker process, which is one that calls [`serve`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerProgram {
    /// Its path.
    pub path: PathBuf,
    /// The arguments that make it a worker.
    pub arguments: Vec<OsString>,
}

/// The order in which a worker process fetches the businesses of a city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inside {
    /// One after another.
    OneByOne,
    /// Several at once.
    OnThreads(Threads),
}

/// A task for a worker process: a city, and how to scrape it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CityTask {
    city: City,
    inside: Inside,
    config: ScraperConfig,
}

/// The result of a [`CityTask`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Done {
    outcome: CityOutcome,
    spans: Vec<WorkerSpan>,
}

/// Creates the tasks for worker processes, and reads their results.
pub struct RemoteScraper {
    /// What the pool starts as a worker.
    pub program: WorkerProgram,
    // Private, so that a variant cannot tell one run from another.
    config: ScraperConfig,
    instruments: Arc<Instruments>,
    interrupt: Arc<Interrupt>,
}

impl RemoteScraper {
    /// For callers that need only the result, and no report.
    pub fn new(program: WorkerProgram, config: ScraperConfig, job: &Job) -> Self {
        let instruments = Instruments::start("parallel", job, Visibility::Hidden);
        Self::of_run(program, config, Arc::new(instruments), Arc::default())
    }

    /// For a run with these instruments and this interrupt.
    pub(crate) fn of_run(
        program: WorkerProgram,
        config: ScraperConfig,
        instruments: Arc<Instruments>,
        interrupt: Arc<Interrupt>,
    ) -> Self {
        Self { program, config, instruments, interrupt }
    }

    /// The function that the pool calls with each event.
    pub fn watch(&self) -> impl Fn(Event) + Send + Sync + use<> {
        let instruments = Arc::clone(&self.instruments);
        move |event| instruments.note(event)
    }

    /// The interrupt that ends the work early.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// The task for one city.
    pub fn city_task(&self, city: &City, inside: Inside) -> CityTask {
        let inside = match inside {
            Inside::OnThreads(Threads::OneByOne) => Inside::OneByOne,
            inside => inside,
        };
        CityTask { city: city.clone(), inside, config: self.config.clone() }
    }

    /// The former name of [`city_task`](Self::city_task), which submissions may still use.
    #[doc(hidden)]
    pub fn errand(&self, city: &City, inside: Inside) -> CityTask {
        self.city_task(city, inside)
    }

    /// The outcome of a city, from its number and the pool's result. A city whose workers were lost has
    /// failed; the other cities go on.
    pub fn outcome(
        &self,
        (number, (city, result)): (usize, (&City, Result<Done, PoolError>)),
    ) -> CityOutcome {
        match result {
            Ok(done) => {
                self.instruments.add_spans(number as u64, done.spans);
                done.outcome
            }
            Err(PoolError::Stopped) => CityOutcome::unfinished(city.clone()),
            Err(error) => {
                let failure = Failure { id: None, attempts: 1, cause: error.to_string() };
                CityOutcome::failed(city.clone(), failure)
            }
        }
    }
}

/// Does tasks from stdin until there are no more: the whole life of a worker process.
///
/// Its connections and its store are opened for the first task, and kept for the next ones.
///
/// # Errors
/// When stdin has a line that is no task, or stdout fails.
pub fn serve(environment: &Environment) -> Result<(), ServeError> {
    // Signals are the parent's, which ends this process if need be.
    serve_with(|config| config.open(environment, Arc::default()))
}

/// Does tasks as [`serve`] does, with scrapers that `open` creates.
///
/// # Errors
/// When stdin has a line that is no task, or stdout fails.
pub fn serve_with<S: Scraper>(
    open: impl Fn(&ScraperConfig) -> Result<S, ScrapeError>,
) -> Result<(), ServeError> {
    let mut opened: Option<(ScraperConfig, S)> = None;
    process_pool::serve(move |CityTask { city, inside, config }| {
        let fitting = opened.take().filter(|(former, _)| *former == config);
        let (_, scraper) = if let Some(fitting) = fitting {
            opened.insert(fitting)
        } else {
            let scraper = open(&config).map_err(in_words)?;
            opened.insert((config, scraper))
        };
        let result = attempt("threads", || scrape(&city, inside, &*scraper));
        let (outcome, timeline) = result.map_err(|exercise| exercise.to_string())?;
        Ok(Done { outcome: outcome.map_err(in_words)?, spans: WorkerSpan::all_of(timeline) })
    })
}

/// Scrapes a city; the timeline shows which thread worked when.
pub fn scrape(
    city: &City,
    inside: Inside,
    scraper: &impl Scraper,
) -> (Result<CityOutcome, ScrapeError>, Timeline) {
    let recorder = Recorder::start(WallClock::start(), []);
    let outcome = {
        let watched = Watched::new(scraper, &recorder, None);
        match inside {
            Inside::OneByOne => Ok(scrape_city(city, &watched)),
            Inside::OnThreads(threads) => scrape_city_on_threads(city, threads, &watched),
        }
    };
    (outcome, recorder.finish())
}

fn in_words(error: impl Into<ScrapeError>) -> String {
    with_causes(&error.into())
}
