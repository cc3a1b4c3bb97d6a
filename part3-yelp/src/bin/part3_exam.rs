//! The candidate of an exam: scrapes cities that an examiner invents, or a local web that it
//! serves. So the candidate can get the answer only from the examiner. `cargo lab` starts it, and is the examiner.
//!
//! Argument: `worker`, if it is the worker of a pool.
#![forbid(unsafe_code)]

use std::{
    collections::HashMap,
    env,
    error::Error,
    io,
    net::TcpListener,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use document_store::StoreLocation;
use exam::{
    Examiner,
    part3::{self, Assignment, Business, Cause, Found, Web},
};
use http_client::{Proxy, Redirects, Settings, retry::Retry};
use part3_yelp::{
    Api, BusinessId, City, CityOutcome, Detail, Failure, Job, RemoteScraper, Scraper,
    ScraperConfig, Search, SearchError, Stop, Threads, Variant, WorkerProgram, collection_of,
    credentials::{Credentials, Environment, Source},
    variants::scrape_parallel,
    worker::{self, Inside},
    yelp::{NoAnswer, Yelp},
};
use serde_json::Value;

const WORKER: &str = "worker";

/// The limit and the retries of every other run.
const LIMIT: usize = 20;
const RETRY: Retry = Retry { retries: 3, deadline: Duration::from_secs(30) };

/// The text before the hint of a `todo!` in the error of a worker process.
const UNWRITTEN: &str = "is still to be written: ";

/// The local web of an exam needs no retries.
const ONCE: Retry = Retry { retries: 0, deadline: Duration::from_secs(10) };

/// A scraper that stores nothing: the fetched data is its result.
enum ExamScraper {
    Fake(FakeData),
    LocalWeb { yelp: Box<Yelp>, limit: usize },
}

/// Cities and businesses that the examiner invents.
struct FakeData {
    examiner: Examiner,
    cities: Vec<part3::City>,
    /// The pieces of work of the businesses that were found, by their ids.
    businesses: Mutex<HashMap<String, u64>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let examiner = Examiner::of_this_program()?;
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    match &arguments[..] {
        [] => examiner.take_exam(|assignment| do_work(assignment, &examiner)),
        [role] if role == WORKER => {
            // Not from the message of the parent, which has to look like that of every other run.
            let assignment: Assignment = examiner.assignment()?;
            let open =
                |config: &ScraperConfig| Ok(ExamScraper::new(config, &assignment, &examiner));
            Ok(worker::serve_with(open)?)
        }
        _ => Ok(examiner.report_unexpected_start()?),
    }
}

fn do_work(
    assignment: Assignment,
    examiner: &Examiner,
) -> Result<Vec<part3::CityOutcome>, Box<dyn Error>> {
    let outcomes = match assignment {
        Assignment::City { city, threads } => {
            let scraper = ExamScraper::Fake(FakeData::new(vec![city.clone()], examiner));
            let city = city_of(city);
            // As in every other run, so that a variant cannot tell an exam from it.
            let (outcome, _) =
                worker::scrape(&city, Inside::OnThreads(threads_of(threads)), &scraper);
            vec![outcome?]
        }
        Assignment::Parallel { cities, workers, threads, web } => {
            let config = config_of(web)?;
            let cities = cities.into_iter().map(city_of).collect();
            let job = Job { cities, limit: config.limit, workers, threads: threads_of(threads) };
            let arguments = vec![WORKER.into()];
            let program = WorkerProgram { path: process_pool::this_program()?, arguments };
            scrape_parallel(&job, &RemoteScraper::new(program, config, &job))?
        }
    };
    Ok(outcomes.into_iter().map(exam_outcome).collect())
}

/// The city of the part, for a city of the exam.
fn city_of(city: part3::City) -> City {
    serde_json::from_value(Value::String(city.name)).expect("a city is known by its name")
}

/// The outcome of a city in the form of the exam.
fn exam_outcome(outcome: CityOutcome) -> part3::CityOutcome {
    let CityOutcome { city, stored, skipped, failed, unfinished: _, was_searched: _, stop } =
        outcome;
    let texts = |ids: Vec<BusinessId>| ids.iter().map(|id| id.as_str().to_owned()).collect();
    let failure = |Failure { id, attempts: _, cause }: Failure| part3::Failure {
        id: id.map(|id| id.as_str().to_owned()),
        cause: match cause.split_once(UNWRITTEN) {
            Some((_, hint)) => Cause::Unwritten(hint.to_owned()),
            None => Cause::Other(cause),
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

fn threads_of(threads: Option<NonZeroUsize>) -> Threads {
    threads.map_or(Threads::OnePerBusiness, Threads::AtMost)
}

/// The settings of a worker's scraper. Without a web, they are those of a run without arguments.
fn config_of(web: Option<Web>) -> io::Result<ScraperConfig> {
    let (retry, Web { url, api, limit }) = if let Some(web) = web {
        (ONCE, web)
    } else {
        // The address of a local web that is not there.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        (RETRY, Web { url: format!("http://{address}"), api: part3::Api::V2, limit: LIMIT })
    };
    Ok(ScraperConfig {
        api: match api {
            part3::Api::V2 => Api::V2,
            part3::Api::V3 => Api::V3,
        },
        base_url: url,
        proxy: Proxy::Never,
        credentials: Source::Demo,
        retry,
        rate: None,
        limit,
        requests_at_once: limit,
        place: StoreLocation::default(), // it is never opened
        collection: collection_of(Variant::Parallel),
        max_age: Duration::ZERO,
        keep_for: None,
    })
}

impl ExamScraper {
    fn new(config: &ScraperConfig, assignment: &Assignment, examiner: &Examiner) -> Self {
        if let Assignment::Parallel { cities, web: None, .. } = assignment {
            return Self::Fake(FakeData::new(cities.clone(), examiner));
        }
        let ScraperConfig { api, base_url, credentials, proxy, retry, limit, .. } = config;
        let credentials = Credentials::find(*credentials, *api, &Environment::default());
        let credentials = credentials.expect("credentials for demonstration");
        let settings = Settings {
            proxy: *proxy,
            redirects: Redirects::Report,
            requests_at_once: *limit,
            retry: *retry,
        };
        let yelp = Yelp::new(*api, base_url, credentials, settings, None, Arc::default());
        Self::LocalWeb { yelp: Box::new(yelp), limit: *limit }
    }

    fn find(&self, city: &City) -> Result<Search, Failure> {
        match self {
            Self::Fake(data) => data.find(city).map_err(|error| failure(None, &error)),
            Self::LocalWeb { yelp, limit } => {
                let found = yelp.city_search(city, *limit);
                let found = found.map_err(|reason| no_answer(None, reason))?;
                Ok(Search { wanted: found.ids, ..Search::default() })
            }
        }
    }

    fn fetch(&self, id: &BusinessId) -> Result<String, Failure> {
        match self {
            Self::Fake(data) => data.fetch(id).map_err(|error| failure(Some(id), &error)),
            Self::LocalWeb { yelp, .. } => {
                let body = yelp.business_info(id).map_err(|reason| no_answer(Some(id), reason))?;
                Ok(body.len().to_string())
            }
        }
    }
}

impl FakeData {
    fn new(cities: Vec<part3::City>, examiner: &Examiner) -> Self {
        Self { examiner: examiner.clone(), cities, businesses: Mutex::default() }
    }

    fn find(&self, city: &City) -> io::Result<Search> {
        let known = self.cities.iter().find(|known| known.name == city.name());
        let piece = known.ok_or(io::ErrorKind::NotFound)?.piece;
        let Found { wanted, kept } = self.examiner.piece(piece..piece + 1)?;
        let id = |id: &str| BusinessId::from(id);
        let search = Search {
            wanted: wanted.iter().map(|wanted| id(&wanted.id)).collect(),
            kept: kept.iter().map(|kept| id(kept)).collect(),
            ..Search::default()
        };
        let mut businesses = self.businesses.lock().unwrap_or_else(PoisonError::into_inner);
        businesses.extend(wanted.into_iter().map(|wanted| (wanted.id, wanted.piece)));
        Ok(search)
    }

    fn fetch(&self, id: &BusinessId) -> io::Result<String> {
        let businesses = self.businesses.lock().unwrap_or_else(PoisonError::into_inner);
        let piece = *businesses.get(id.as_str()).ok_or(io::ErrorKind::NotFound)?;
        drop(businesses);
        match self.examiner.piece(piece..piece + 1)? {
            Business::Known(body) => Ok(body),
            Business::Lost => Err(io::Error::other("the examiner says that it cannot be fetched")),
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

impl Scraper for ExamScraper {
    fn city_search(&self, city: &City) -> Search {
        self.find(city).unwrap_or_else(|failure| Search {
            error: Some(SearchError::Failed(failure)),
            ..Search::default()
        })
    }

    fn business_info(&self, _city: &City, id: &BusinessId) -> Detail {
        match self.fetch(id) {
            Ok(body) => Detail::Fetched(id.clone(), body),
            Err(failure) => Detail::Failed(failure),
        }
    }

    fn store(&self, city: &City, search: Search, details: Vec<Detail>) -> CityOutcome {
        let mut outcome = CityOutcome::unfinished(city.clone());
        outcome.was_searched = search.error.is_none();
        outcome.skipped = search.kept;
        if let Some(SearchError::Failed(failure)) = search.error {
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
        if let Self::LocalWeb { yelp, .. } = self {
            outcome.stop = yelp.stopped().cloned();
        }
        outcome
    }
}
