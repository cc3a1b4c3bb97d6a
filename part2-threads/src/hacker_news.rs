//! The items API of Hacker News, as Algolia serves it: one GET for each item.

use std::sync::Arc;

use http_client::{
    Answer, HttpClient, Proxy, Redirects, Request, Settings,
    retry::{AttemptError, GaveUp, Retry},
};
use interrupt::Interrupt;

use crate::{Failure, Item, ItemId, Outcome};

/// The address of the real Hacker News.
pub const LIVE_URL: &str = "https://hn.algolia.com";

/// A client of the API, shared by reference between threads.
pub struct HackerNews {
    client: HttpClient,
    base_url: String,
}

impl HackerNews {
    /// A client for the API below `base_url`, for this many requests at once; `interrupt` ends them.
    pub fn new(
        base_url: &str,
        proxy: Proxy,
        requests_at_once: usize,
        retry: Retry,
        interrupt: Arc<Interrupt>,
    ) -> Self {
        let settings = Settings { proxy, redirects: Redirects::Follow, requests_at_once, retry };
        Self {
            client: HttpClient::new(settings, interrupt),
            base_url: base_url.trim_end_matches('/').to_owned(),
        }
    }

    /// Fetches one item, with retries after transient errors.
    pub fn fetch(&self, id: ItemId) -> Outcome {
        let url = format!("{}/api/v1/items/{id}", self.base_url);
        let request = || Ok(Request::anonymous(url.clone()));
        match self.client.ask(request, |answer| interpret(id, answer)) {
            Ok(Some(item)) => Outcome::Fetched(item),
            Ok(None) => Outcome::Missing(id),
            Err(_) if self.client.interrupt().is_raised() => Outcome::Unfinished(id),
            Err(GaveUp { attempts, cause }) => {
                Outcome::Failed(Failure { id, url, attempts, cause })
            }
        }
    }
}

/// The item of an answer; `None` if there is no such item.
fn interpret(id: ItemId, answer: Answer) -> Result<Option<Item>, AttemptError> {
    let wrong = |what| AttemptError::Permanent { cause: format!("the answer is {what}") };
    match answer.status() {
        200 => match serde_json::from_slice(&answer.into_json()?) {
            Ok(Item { id: other, .. }) if other != id => Err(wrong(format!("item {other}"))),
            Ok(item) => Ok(Some(item)),
            Err(error) => Err(wrong(format!("not an item: {error}"))),
        },
        404 => Ok(None),
        _ => Err(answer.attempt_error()),
    }
}
