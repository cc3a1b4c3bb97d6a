//! The candidate of an exam: scrapes cities that an examiner makes up, or a local web that it
//! serves, so that the answer can come only through it. `cargo lab` starts it, and is the examiner.
//!
//! Argument: `worker`, if it is the worker of a pool.
#![forbid(unsafe_code)]

use std::{env, error::Error, io, num::NonZeroUsize, sync::Arc, time::Duration};

use common::process_pool;
use document_store::{Collection, Place};
use exam::{
    Examiner,
    part3::{self, Assignment, Business, Cause, Wanted, Web},
};
use http_client::{Proxy, Redirects, Settings, retry::Retry};
use part3_yelp::{
    Api, BusinessId, City, CityOutcome, Detail, Equipment, Failure, Job, RemoteScraper, Scraper,
    Search, SearchTrouble, Stop, Threads, WorkerProgram,
    credentials::{Credentials, Environment, Source},
    variants::scrape_parallel,
    worker::{self, Inside},
    yelp::{NoAnswer, Yelp},
};
use serde_json::Value;

const WORKER: &str = "worker";

/// How many businesses of a city are wanted in every other run.
const LIMIT: usize = 20;

/// What stands before the hint of a `todo!` in what a worker process says.
const UNWRITTEN: &str = "is still to be written: ";

/// Nothing on loopback is worth asking for twice.
const ONCE: Retry = Retry { retries: 0, deadline: Duration::from_secs(10) };

/// A scraper that stores nothing: what it has fetched is its result.
enum Examined {
    /// The examiner makes up what there is; cities and businesses have numbers.
    MadeUp(Examiner),
    Served(Box<Yelp>, usize),
}

fn main() -> Result<(), Box<dyn Error>> {
    let examiner = Examiner::of_this_program()?;
    if env::args_os().nth(1).is_some_and(|role| role == WORKER) {
        return Ok(worker::serve_with(|equipment| Ok(Examined::new(equipment, &examiner)))?);
    }
    examiner.sit(|assignment| do_work(assignment, &examiner))
}

fn do_work(
    assignment: Assignment,
    examiner: &Examiner,
) -> Result<Vec<part3::CityOutcome>, Box<dyn Error>> {
    let outcomes = match assignment {
        Assignment::City { city, threads } => {
            let city = named(city);
            let scraper = Examined::MadeUp(examiner.clone());
            // By the way of every other run, so that a variant cannot tell an exam from it.
            let (outcome, _) = worker::scrape(&city, Inside::OnThreads(inside(threads)), &scraper);
            vec![outcome?]
        }
        Assignment::Parallel { cities, workers, threads, web } => {
            let web = web.unwrap_or(Web { url: String::new(), api: part3::Api::V2, limit: LIMIT });
            let cities = cities.into_iter().map(named).collect();
            let job = Job { cities, limit: web.limit, workers, threads: inside(threads) };
            let arguments = vec![WORKER.into()];
            let program = WorkerProgram { path: process_pool::this_program()?, arguments };
            scrape_parallel(&job, &RemoteScraper::new(program, equipment(web), &job))?
        }
    };
    Ok(outcomes.into_iter().map(handed_in).collect())
}

/// A city as the part has it.
fn named(name: String) -> City {
    serde_json::from_value(Value::String(name)).expect("a city is known by its name")
}

/// What became of a city, as the examiner reads it.
fn handed_in(outcome: CityOutcome) -> part3::CityOutcome {
    let CityOutcome { city, stored, skipped, failed, unfinished: _, was_searched: _, stop } =
        outcome;
    let texts = |ids: Vec<BusinessId>| ids.iter().map(|id| id.as_str().to_owned()).collect();
    let failure = |Failure { id, attempts: _, cause }: Failure| part3::Failure {
        id: id.map(|id| id.as_str().to_owned()),
        cause: match cause.split_once(UNWRITTEN) {
            Some((_, hint)) => Cause::Unwritten(hint.to_owned()),
            None => Cause::Trouble(cause),
        },
    };
    let stop = stop.map(|stop| match stop {
        Stop::LimitReached { until: _ } => String::new(),
        Stop::CredentialsRefused { message } | Stop::StoreFailed { message } => message,
    });
    part3::CityOutcome {
        city: city.name().to_owned(),
        stored: texts(stored),
        skipped: texts(skipped),
        failed: failed.into_iter().map(failure).collect(),
        stop,
    }
}

fn inside(threads: Option<NonZeroUsize>) -> Threads {
    threads.map_or(Threads::OnePerBusiness, Threads::AtMost)
}

/// The settings of a worker's scraper: a web without an address is the examiner.
fn equipment(Web { url, api, limit }: Web) -> Equipment {
    Equipment {
        api: match api {
            part3::Api::V2 => Api::V2,
            part3::Api::V3 => Api::V3,
        },
        base_url: url,
        proxy: Proxy::Never,
        credentials: Source::Demo,
        retry: ONCE,
        rate: None,
        limit,
        requests_at_once: limit,
        place: Place::default(), // it is never opened
        collection: Collection::business(),
        max_age: Duration::ZERO,
        keep_for: None,
    }
}

impl Examined {
    fn new(equipment: &Equipment, examiner: &Examiner) -> Self {
        if equipment.base_url.is_empty() {
            return Self::MadeUp(examiner.clone());
        }
        let Equipment { api, base_url, credentials, proxy, retry, limit, .. } = equipment;
        let credentials = Credentials::find(*credentials, *api, &Environment::default());
        let credentials = credentials.expect("credentials for demonstration");
        let settings = Settings {
            proxy: *proxy,
            redirects: Redirects::Report,
            requests_at_once: *limit,
            retry: *retry,
        };
        let yelp = Yelp::new(*api, base_url, credentials, settings, None, Arc::default());
        Self::Served(Box::new(yelp), *limit)
    }

    fn find(&self, city: &City) -> Result<Vec<BusinessId>, Failure> {
        match self {
            Self::MadeUp(examiner) => {
                let number = city.name().rsplit(' ').next().and_then(|word| word.parse().ok());
                let found: io::Result<Wanted> = number.map_or_else(
                    || Err(io::ErrorKind::NotFound.into()),
                    |number: u64| examiner.piece(number..number + 1),
                );
                let name = |number: u64| BusinessId::from(number.to_string().as_str());
                found
                    .map(|found| found.into_iter().map(name).collect())
                    .map_err(|error| failure(None, &error))
            }
            Self::Served(yelp, limit) => {
                let found = yelp.city_search(city, *limit);
                found.map(|found| found.ids).map_err(|reason| no_answer(None, reason))
            }
        }
    }

    /// What a city has kept already: its own number stands for that.
    fn kept(&self, city: &City) -> Vec<BusinessId> {
        let number = city.name().rsplit(' ').next().filter(|_| matches!(self, Self::MadeUp(_)));
        number.map(BusinessId::from).into_iter().collect()
    }

    fn fetch(&self, id: &BusinessId) -> Result<String, Failure> {
        match self {
            Self::MadeUp(examiner) => {
                let number: Result<u64, _> = id.as_str().parse();
                let number = number.map_err(|error| failure(Some(id), &error))?;
                let lost = || io::Error::other("the examiner says that it cannot be fetched");
                match examiner.piece(number..number + 1) {
                    Ok(Business::Known(body)) => Ok(body),
                    Ok(Business::Lost) => Err(failure(Some(id), &lost())),
                    Err(error) => Err(failure(Some(id), &error)),
                }
            }
            Self::Served(yelp, _) => {
                let body = yelp.business_info(id).map_err(|reason| no_answer(Some(id), reason))?;
                Ok(body.len().to_string())
            }
        }
    }
}

fn failure(id: Option<&BusinessId>, error: &dyn Error) -> Failure {
    Failure { id: id.cloned(), attempts: 1, cause: error.to_string() }
}

fn no_answer(id: Option<&BusinessId>, reason: NoAnswer) -> Failure {
    let cause = match reason {
        NoAnswer::GaveUp { cause, .. } => cause,
        NoAnswer::Stopped => "it was not asked for any more".to_owned(),
    };
    Failure { id: id.cloned(), attempts: 1, cause }
}

impl Scraper for Examined {
    fn city_search(&self, city: &City) -> Search {
        match self.find(city) {
            Ok(wanted) => Search { wanted, kept: self.kept(city), ..Search::default() },
            Err(failure) => {
                Search { trouble: Some(SearchTrouble::Failed(failure)), ..Search::default() }
            }
        }
    }

    fn business_info(&self, _city: &City, id: &BusinessId) -> Detail {
        match self.fetch(id) {
            Ok(body) => Detail::Fetched(id.clone(), body),
            Err(failure) => Detail::Failed(failure),
        }
    }

    fn store(&self, city: &City, search: Search, details: Vec<Detail>) -> CityOutcome {
        let mut outcome = CityOutcome::unfinished(city.clone());
        outcome.was_searched = search.trouble.is_none();
        outcome.skipped = search.kept;
        if let Some(SearchTrouble::Failed(failure)) = search.trouble {
            outcome.failed.push(failure);
        }
        for detail in details {
            match detail {
                Detail::Fetched(id, body) => {
                    outcome.stored.push(BusinessId::from(format!("{id}={body}").as_str()));
                }
                Detail::Failed(failure) => outcome.failed.push(failure),
                Detail::Unfinished(id) => outcome.unfinished.push(id),
            }
        }
        if let Self::Served(yelp, _) = self {
            outcome.stop = yelp.stopped().cloned();
        }
        outcome
    }
}
