//! The unit of work: search a city, fetch a business, store the results.

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

/// The steps of scraping a city, which each variant shares out in its own way.
pub trait Scraper: Sync {
    /// Searches a city, and divides its businesses into those to fetch and those in the store.
    fn city_search(&self, city: &City) -> Search;

    /// Fetches one business.
    fn business_info(&self, city: &City, id: &BusinessId) -> Detail;

    /// Stores the fetched businesses, and returns the outcome of the city.
    fn store(&self, city: &City, search: Search, details: Vec<Detail>) -> CityOutcome;
}

/// The settings of a scraper, which are sent to worker processes and hold no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScraperConfig {
    /// The version of the API.
    pub api: Api,
    /// The URL before `/v2` or `/v3`.
    pub base_url: String,
    /// Whether the host is reached through a proxy.
    pub proxy: Proxy,
    /// The source of the credentials.
    pub credentials: Source,
    /// The limits on retries.
    pub retry: Retry,
    /// The limit on the rate of requests, if any.
    pub rate: Option<Rate>,
    /// The most businesses of each city.
    pub limit: usize,
    /// The number of requests at once.
    pub requests_at_once: usize,
    /// The store of the documents.
    pub place: StoreLocation,
    /// The collection in the store.
    pub collection: Collection,
    /// The greatest age of a document that is not fetched again.
    pub max_age: Duration,
    /// How long documents may be stored; for ever if none.
    pub keep_for: Option<Duration>,
}

impl ScraperConfig {
    /// Opens a scraper with its own connections and its own store.
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
        // `run` has opened the store once before the variant starts.
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

    /// Opens the store.
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

    /// Opens the store, with an interrupt that ends every wait for it.
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

    /// The settings for processes that share the rate.
    #[must_use]
    pub fn shared_by(&self, processes: NonZeroUsize) -> Self {
        let rate = self.rate.map(|rate| rate.shared_by(processes));
        Self { rate, ..self.clone() }
    }
}

/// Opens a store; a server has its address in the environment.
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

/// Fetches from Yelp, and stores documents.
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
            Ok(Found { ids, failed }) => Search { failed, ..self.leave_out_stored(ids) },
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
    fn leave_out_stored(&self, found: Vec<BusinessId>) -> Search {
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
                self.stop_for_store(&error);
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

    /// Stores documents, and adds them to the outcome as stored or failed.
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
                self.stop_for_store(&error);
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

    /// Adds the city to stored businesses, which another city's search may have found first.
    fn add_city(&self, city: &City, kept: &[BusinessId]) {
        if kept.is_empty() {
            return;
        }
        let ids: Vec<String> = kept.iter().map(|id| id.as_str().to_owned()).collect();
        let city = city.name().to_owned();
        let added = self.lock().ask(move |store| store.add_city(&ids, &city));
        if let Err(error) = added {
            self.stop_for_store(&error);
        }
    }

    fn stop_for_store(&self, error: &StoreError) {
        if matches!(error, StoreError::Interrupted) {
            return; // The signal ends the run; the store may be fine.
        }
        self.yelp.stop(Stop::StoreFailed { message: with_causes(error) });
    }

    fn lock(&self) -> MutexGuard<'_, InterruptibleStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
