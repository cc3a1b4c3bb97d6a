//! The unit of work: search a city, ask for a business, store what came of it.

use std::{
    collections::HashSet,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use common::stopwatch;
use document_store::{
    Collection, Document, InterruptibleStore, MongodbUri, Purpose, Refusal, Store, StoreError,
    StoreLocation,
};
use http_client::{Proxy, Redirects, Settings, retry::Retry};
use interrupt::Interrupt;
use message::error_causes::with_causes;
use serde::{Deserialize, Serialize};

use crate::{
    Api, BusinessId, City, CityOutcome, Detail, Failure, ScrapeError, Search, SearchError, Stop,
    credentials::{Credentials, Environment, MONGODB_VARIABLE, Source},
    rate_limit::Rate,
    yelp::{Found, NoAnswer, Yelp},
};

/// What the variants arrange, each in its own way.
pub trait Scraper: Sync {
    /// Asks which businesses a city has, and divides them into those to ask for and those that are kept.
    fn city_search(&self, city: &City) -> Search;

    /// Asks for one business.
    fn business_info(&self, city: &City, id: &BusinessId) -> Detail;

    /// Stores what was fetched, and sums up what became of the city.
    fn store(&self, city: &City, search: Search, details: Vec<Detail>) -> CityOutcome;
}

/// What a scraper is made of, in any process; holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScraperConfig {
    /// Which version of the API is spoken.
    pub api: Api,
    /// What stands before `/v2` or `/v3`.
    pub base_url: String,
    /// How it is reached.
    pub proxy: Proxy,
    /// Where the credentials are to be found.
    pub credentials: Source,
    /// How long to go on trying.
    pub retry: Retry,
    /// How many requests a second are allowed; any number if none.
    pub rate: Option<Rate>,
    /// How many businesses of a city are wanted.
    pub limit: usize,
    /// How many of them are asked for at once.
    pub requests_at_once: usize,
    /// Where documents are kept.
    pub place: StoreLocation,
    /// Under which name.
    pub collection: Collection,
    /// How old a document may be so that it is not asked for.
    pub max_age: Duration,
    /// How long documents may be kept; for ever if none.
    pub keep_for: Option<Duration>,
}

impl ScraperConfig {
    /// A scraper with connections and a store of its own.
    ///
    /// # Errors
    /// When credentials are missing, or the store cannot be opened.
    pub fn open(
        &self,
        environment: &Environment,
        interrupt: Arc<Interrupt>,
    ) -> Result<YelpScraper, ScrapeError> {
        let credentials = Credentials::find(self.credentials, self.api, environment)?;
        let settings = Settings {
            proxy: self.proxy,
            redirects: Redirects::Report,
            requests_at_once: self.requests_at_once,
            retry: self.retry,
        };
        // Before a variant starts, `run` has opened the store once.
        let store =
            self.open_interruptible_store(environment, Purpose::Continue, Arc::clone(&interrupt))?;
        Ok(YelpScraper {
            yelp: Yelp::new(self.api, &self.base_url, credentials, settings, self.rate, interrupt),
            store: Mutex::new(store),
            limit: self.limit,
            max_age: self.max_age,
            keep_for: self.keep_for,
        })
    }

    /// The store alone.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open_store(
        &self,
        environment: &Environment,
        purpose: Purpose,
    ) -> Result<Box<dyn Store>, StoreError> {
        open_store(&self.place, &self.collection, environment, purpose)
    }

    /// The store alone, with an interrupt that ends every wait for it.
    ///
    /// # Errors
    /// When it cannot be opened, or the interrupt comes first.
    pub fn open_interruptible_store(
        &self,
        environment: &Environment,
        purpose: Purpose,
        interrupt: Arc<Interrupt>,
    ) -> Result<InterruptibleStore, StoreError> {
        let (config, environment) = (self.clone(), environment.clone());
        let open = move || config.open_store(&environment, purpose);
        InterruptibleStore::open(open, interrupt)
    }

    /// The same with another number of processes that share the rate.
    #[must_use]
    pub fn shared_by(&self, processes: NonZeroUsize) -> Self {
        let rate = self.rate.map(|rate| Rate { processes, ..rate });
        Self { rate, ..self.clone() }
    }
}

/// A store, at the address in the environment if it is a server.
///
/// # Errors
/// When it cannot be opened.
pub fn open_store(
    place: &StoreLocation,
    collection: &Collection,
    environment: &Environment,
    purpose: Purpose,
) -> Result<Box<dyn Store>, StoreError> {
    let uri: Option<MongodbUri> = match place {
        StoreLocation::Sqlite(_) => None,
        StoreLocation::Mongodb => environment.get(MONGODB_VARIABLE).map(str::parse).transpose()?,
    };
    document_store::open(place, collection, uri.as_ref(), purpose)
}

/// Asks Yelp, and stores documents.
pub struct YelpScraper {
    yelp: Yelp,
    store: Mutex<InterruptibleStore>,
    limit: usize,
    max_age: Duration,
    keep_for: Option<Duration>,
}

impl Scraper for YelpScraper {
    fn city_search(&self, city: &City) -> Search {
        match self.yelp.city_search(city, self.limit) {
            Ok(Found { ids, failed }) => Search { failed, ..self.leave_out_what_is_kept(ids) },
            Err(NoAnswer::Stopped) => {
                Search { error: Some(SearchError::Unfinished), ..Search::default() }
            }
            Err(NoAnswer::GaveUp { attempts, cause }) => {
                let failure = Failure { id: None, attempts, cause };
                Search { error: Some(SearchError::Failed(failure)), ..Search::default() }
            }
        }
    }

    fn business_info(&self, _city: &City, id: &BusinessId) -> Detail {
        match self.yelp.business_info(id) {
            Ok(body) => Detail::Fetched(id.clone(), body),
            Err(NoAnswer::Stopped) => Detail::Unfinished(id.clone()),
            Err(NoAnswer::GaveUp { attempts, cause }) => {
                Detail::Failed(Failure { id: Some(id.clone()), attempts, cause })
            }
        }
    }

    fn store(&self, city: &City, search: Search, details: Vec<Detail>) -> CityOutcome {
        let mut outcome = CityOutcome::unfinished(city.clone());
        outcome.was_searched = search.error.is_none();
        outcome.skipped = search.kept;
        outcome.failed = search.failed;
        if let Some(SearchError::Failed(failure)) = search.error {
            outcome.failed.push(failure);
        }
        let mut documents = Vec::new();
        for detail in details {
            match detail {
                Detail::Fetched(id, body) => documents.push(self.document(city, &id, body)),
                Detail::Failed(failure) => outcome.failed.push(failure),
                Detail::Unfinished(id) => outcome.unfinished.push(id),
            }
        }
        self.put(documents, &mut outcome);
        self.add_city(city, &outcome.skipped);
        outcome.stop = self.yelp.stopped().cloned();
        outcome
    }
}

impl YelpScraper {
    fn leave_out_what_is_kept(&self, found: Vec<BusinessId>) -> Search {
        if self.max_age.is_zero() {
            return Search { wanted: found, ..Search::default() };
        }
        let ids: Vec<String> = found.iter().map(|id| id.as_str().to_owned()).collect();
        let not_before = stopwatch::unix_time().saturating_sub(self.max_age);
        let kept = self.lock().ask(move |store| store.kept_since(&ids, not_before));
        match kept {
            Ok(young) => {
                let is_kept = |id: &BusinessId| young.contains(id.as_str());
                let (kept, wanted) = found.into_iter().partition(is_kept);
                Search { wanted, kept, ..Search::default() }
            }
            Err(error) => {
                self.give_up_on_the_store(&error);
                Search { error: Some(SearchError::Unfinished), ..Search::default() }
            }
        }
    }

    fn document(&self, city: &City, id: &BusinessId, body: String) -> Document {
        let fetched_at = stopwatch::unix_time();
        Document {
            id: id.as_str().to_owned(),
            cities: [city.name().to_owned()].into(),
            fetched_at,
            expires_at: self.keep_for.map(|time| fetched_at.saturating_add(time)),
            body,
        }
    }

    /// Stores documents, and notes which of them are stored and which are not.
    fn put(&self, documents: Vec<Document>, outcome: &mut CityOutcome) {
        let id_of = |document: &Document| BusinessId::from(document.id.as_str());
        let ids: Vec<BusinessId> = documents.iter().map(id_of).collect();
        let result = self.lock().ask(move |store| store.put(&documents));
        let mut refused = HashSet::new();
        match result {
            Ok(()) => {}
            Err(StoreError::Refused { refused: reasons }) => {
                for Refusal { id, reason } in reasons {
                    let cause = format!("it cannot be stored: {reason}");
                    let id_refused = Some(BusinessId::from(id.as_str()));
                    outcome.failed.push(Failure { id: id_refused, attempts: 1, cause });
                    refused.insert(id);
                }
            }
            Err(StoreError::Interrupted) => {
                outcome.unfinished.extend(ids);
                return;
            }
            Err(error) => {
                self.give_up_on_the_store(&error);
                outcome.failed.extend(ids.into_iter().map(|id| Failure {
                    id: Some(id),
                    attempts: 1,
                    cause: format!("it was fetched, but not stored: {}", with_causes(&error)),
                }));
                return;
            }
        }
        outcome.stored = ids.into_iter().filter(|id| !refused.contains(id.as_str())).collect();
    }

    /// A business that another city's search found before is one of this city, too.
    fn add_city(&self, city: &City, kept: &[BusinessId]) {
        if kept.is_empty() {
            return;
        }
        let ids: Vec<String> = kept.iter().map(|id| id.as_str().to_owned()).collect();
        let city = city.name().to_owned();
        let added = self.lock().ask(move |store| store.add_city(&ids, &city));
        if let Err(error) = added {
            self.give_up_on_the_store(&error);
        }
    }

    fn give_up_on_the_store(&self, error: &StoreError) {
        if matches!(error, StoreError::Interrupted) {
            return; // The signal ends the run, and the store may be well.
        }
        self.yelp.stop(Stop::StoreFailed { message: with_causes(error) });
    }

    fn lock(&self) -> MutexGuard<'_, InterruptibleStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
