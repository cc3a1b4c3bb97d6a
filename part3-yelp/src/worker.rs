//! The work that crosses the border of a process, seen from both sides of it.

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

/// How a worker process goes about the businesses of a city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inside {
    /// One after another.
    OneByOne,
    /// At once.
    OnThreads(Threads),
}

/// What a worker process is asked to do: a city, and how to go about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Errand {
    city: City,
    inside: Inside,
    equipment: ScraperConfig,
}

/// What it says when that is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Done {
    outcome: CityOutcome,
    spans: Vec<WorkerSpan>,
}

/// The unit of work for worker processes: who they are, and what to ask of them.
pub struct RemoteScraper {
    /// What the pool starts as a worker.
    pub program: WorkerProgram,
    // Private, so that a variant cannot tell one run from another.
    equipment: ScraperConfig,
    instruments: Arc<Instruments>,
    interrupt: Arc<Interrupt>,
}

impl RemoteScraper {
    /// One for a run of `job` by a caller that needs only the result.
    pub fn new(program: WorkerProgram, equipment: ScraperConfig, job: &Job) -> Self {
        let instruments = Instruments::start("parallel", job, Visibility::Hidden);
        Self::of_run(program, equipment, Arc::new(instruments), Arc::default())
    }

    /// One for a run that shares these instruments and this interrupt.
    pub(crate) fn of_run(
        program: WorkerProgram,
        equipment: ScraperConfig,
        instruments: Arc<Instruments>,
        interrupt: Arc<Interrupt>,
    ) -> Self {
        Self { program, equipment, instruments, interrupt }
    }

    /// What the pool calls with each event.
    pub fn watch(&self) -> impl Fn(Event) + Send + Sync + use<> {
        let instruments = Arc::clone(&self.instruments);
        move |event| instruments.note(event)
    }

    /// What ends the work early.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// What a worker is to be sent for a city.
    pub fn errand(&self, city: &City, inside: Inside) -> Errand {
        let inside = match inside {
            Inside::OnThreads(Threads::OneByOne) => Inside::OneByOne,
            inside => inside,
        };
        Errand { city: city.clone(), inside, equipment: self.equipment.clone() }
    }

    /// What became of a city, given its number and what the pool says: one that was lost with its
    /// workers has failed, and does not keep the others from theirs.
    pub fn outcome(
        &self,
        (number, (city, result)): (usize, (&City, Result<Done, PoolError>)),
    ) -> CityOutcome {
        match result {
            Ok(done) => {
                self.instruments.adopt(number as u64, done.spans);
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

/// Does errands from stdin until there are no more: the whole life of a worker process.
///
/// Its connections and its store are opened for the first errand, and kept for the next ones.
///
/// # Errors
/// When stdin has a line that is no errand, or stdout fails.
pub fn serve(environment: &Environment) -> Result<(), ServeError> {
    // Signals are the parent's, which ends this process if need be.
    serve_with(|equipment| equipment.open(environment, Arc::default()))
}

/// The same, with scrapers that `open` makes.
///
/// # Errors
/// When stdin has a line that is no errand, or stdout fails.
pub fn serve_with<S: Scraper>(
    open: impl Fn(&ScraperConfig) -> Result<S, ScrapeError>,
) -> Result<(), ServeError> {
    let mut opened: Option<(ScraperConfig, S)> = None;
    process_pool::serve(move |Errand { city, inside, equipment }| {
        let fitting = opened.take().filter(|(former, _)| *former == equipment);
        let (_, scraper) = if let Some(fitting) = fitting {
            opened.insert(fitting)
        } else {
            let scraper = open(&equipment).map_err(in_words)?;
            opened.insert((equipment, scraper))
        };
        let result = attempt("threads", || scrape(&city, inside, &*scraper));
        let (outcome, timeline) = result.map_err(|exercise| exercise.to_string())?;
        Ok(Done { outcome: outcome.map_err(in_words)?, spans: WorkerSpan::all_of(timeline) })
    })
}

/// Scrapes a city; the timeline says which thread worked when.
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
