//! The client of Yelp's API: searches cities, fetches businesses, and interprets errors.

mod answers;
mod refusal;

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use http_client::{
    Answer, HttpClient, Request, Settings,
    retry::{AttemptError, GaveUp},
};
use interrupt::Interrupt;

use self::{
    answers::{Entry, parse_business, parse_page},
    refusal::Refusal,
};
use crate::{
    Api, BusinessId, City, Failure, Stop,
    api::Target,
    credentials::Credentials,
    rate_limit::{Rate, RateLimit},
    signature::authorization,
};

/// The address of the real Yelp.
pub const LIVE_URL: &str = "https://api.yelp.com";

/// A client of the API, shared by reference between threads.
pub struct Yelp {
    api: Api,
    base_url: String,
    credentials: Credentials,
    client: HttpClient,
    rate_limit: Option<RateLimit>,
    /// The reason to stop, set by the first thread that finds one.
    stop: OnceLock<Stop>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The attempts failed.
    GaveUp {
        /// The number of attempts.
        attempts: u32,
        /// The address, and the error of the last attempt.
        cause: String,
    },
    /// The run was stopped.
    Stopped,
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Businesses, best first, each once.
    pub ids: Vec<BusinessId>,
    /// Entries of the answers that cannot be fetched.
    pub failed: Vec<Failure>,
}

impl Yelp {
    /// A client for the API below `base_url`; `interrupt` ends its requests.
    pub fn new(
        api: Api,
        base_url: &str,
        credentials: Credentials,
        settings: Settings,
        rate: Option<Rate>,
        interrupt: Arc<Interrupt>,
    ) -> Self {
        Self {
            api,
            base_url: base_url.trim_end_matches('/').to_owned(),
            credentials,
            client: HttpClient::new(settings, interrupt),
            rate_limit: rate.map(RateLimit::new),
            stop: OnceLock::new(),
        }
    }

    /// The best `limit` businesses of a city, each once; fewer if it has no more.
    ///
    /// # Errors
    /// When a page cannot be fetched.
    pub fn city_search(&self, city: &City, limit: usize) -> Result<Found, NoAnswer> {
        let mut known = BTreeSet::new();
        let mut found = Found::default();
        let mut offset = 0;
        while found.ids.len() < limit && offset < limit {
            let wanted = self.api.page_max().min(limit - offset);
            let target = self.api.search(&self.base_url, city, wanted, offset);
            let page = self.get(&target, parse_page)?;
            let entries = page.entries.len();
            for entry in page.entries {
                match entry {
                    Entry::Business(id) if known.insert(id.clone()) => found.ids.push(id),
                    Entry::Business(_) => {}
                    Entry::Unusable { shown, reason } => found.failed.push(Failure {
                        id: Some(BusinessId::from(shown.as_str())),
                        attempts: 1,
                        cause: format!("{}: {reason}", target.url()),
                    }),
                }
            }
            offset += entries;
            let is_last = match page.total {
                Some(total) => offset as u64 >= total,
                None => entries < wanted,
            };
            if entries == 0 || is_last {
                break;
            }
        }
        found.ids.truncate(limit);
        Ok(found)
    }

    /// Fetches one business; returns its JSON unchanged.
    ///
    /// # Errors
    /// When it cannot be fetched, or the answer is another business.
    pub fn business_info(&self, id: &BusinessId) -> Result<String, NoAnswer> {
        let target = self.api.business(&self.base_url, id);
        self.get(&target, |body| parse_business(body, id))
    }

    /// Stops all further requests.
    pub fn stop(&self, stop: Stop) {
        // The first reason is the one that counts.
        let _ = self.stop.set(stop);
    }

    /// The reason why requests are stopped, if so.
    pub fn stopped(&self) -> Option<&Stop> {
        self.stop.get()
    }

    /// Sends a request, with retries after transient errors; each one has a signature of its own.
    fn get<Output>(
        &self,
        target: &Target,
        parse: impl Fn(Vec<u8>) -> Result<Output, String>,
    ) -> Result<Output, NoAnswer> {
        let is_over = || self.stop.get().is_some();
        let request = || {
            if let Some(limit) = &self.rate_limit {
                limit.wait(self.client.interrupt(), is_over);
            }
            if is_over() {
                return Err(AttemptError::Permanent { cause: "stopped".to_owned() });
            }
            let authorization = Some(authorization(&self.credentials, target));
            Ok(Request { url: target.url(), authorization })
        };
        let result = self.client.ask(request, |answer| self.interpret(answer, &parse));
        let is_stopped = || is_over() || self.client.interrupt().is_raised();
        result.map_err(|GaveUp { attempts, cause }| {
            if is_stopped() {
                NoAnswer::Stopped
            } else {
                let cause = format!("{}: {}", target.url(), self.credentials.redact(&cause));
                NoAnswer::GaveUp { attempts, cause }
            }
        })
    }

    fn interpret<Output>(
        &self,
        answer: Answer,
        parse: impl Fn(Vec<u8>) -> Result<Output, String>,
    ) -> Result<Output, AttemptError> {
        if answer.status() == 200 {
            return parse(answer.into_json()?).map_err(|what| AttemptError::Permanent {
                cause: format!("the answer is {what}"),
            });
        }
        let refusal = Refusal::of(&answer);
        if let Some(stop) = refusal.stop(&answer) {
            self.stop(match stop {
                Stop::CredentialsRefused { message } => {
                    Stop::CredentialsRefused { message: self.credentials.redact(&message) }
                }
                other => other,
            });
        }
        Err(refusal.explain(answer.attempt_error()))
    }
}
