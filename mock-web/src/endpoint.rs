//! The endpoints of the imitated sites, each of which can have a gate.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    admission::Admission,
    answer::Answer,
    api_request::{self, ApiRequest},
    failure::Failure,
    hacker_news,
    site::Site,
    yelp::{self, Yelp},
};

/// An endpoint of an imitated site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// `GET /api/v1/items/:id` of Hacker News.
    HackerNewsItems,
    /// `GET /v2/search` of Yelp.
    #[serde(rename = "yelp-v2-search")]
    YelpV2Search,
    /// `GET /v2/business/:id` of Yelp.
    #[serde(rename = "yelp-v2-business")]
    YelpV2Business,
    /// `GET /v3/businesses/search` of Yelp.
    #[serde(rename = "yelp-v3-search")]
    YelpV3Search,
    /// `GET /v3/businesses/:id` of Yelp.
    #[serde(rename = "yelp-v3-business")]
    YelpV3Business,
}

impl Endpoint {
    /// All endpoints.
    pub const ALL: [Self; 5] = [
        Self::HackerNewsItems,
        Self::YelpV2Search,
        Self::YelpV2Business,
        Self::YelpV3Search,
        Self::YelpV3Business,
    ];

    /// The name in addresses and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::HackerNewsItems => "hacker-news-items",
            Self::YelpV2Search => "yelp-v2-search",
            Self::YelpV2Business => "yelp-v2-business",
            Self::YelpV3Search => "yelp-v3-search",
            Self::YelpV3Business => "yelp-v3-business",
        }
    }

    /// The endpoint of a path, if any, in any spelling.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        match &*api_request::route(path) {
            yelp::v2::SEARCH => Some(Self::YelpV2Search),
            yelp::v3::SEARCH => Some(Self::YelpV3Search),
            path if path.starts_with(yelp::v2::BUSINESS) => Some(Self::YelpV2Business),
            path if path.starts_with(yelp::v3::BUSINESS) => Some(Self::YelpV3Business),
            path if path.starts_with(hacker_news::ITEMS) => Some(Self::HackerNewsItems),
            _ => None,
        }
    }

    /// The failure when the requested object does not exist.
    pub(crate) fn nothing_there(self) -> Failure {
        match self {
            Self::YelpV2Search | Self::YelpV3Search => Failure::LocationNotFound,
            Self::HackerNewsItems | Self::YelpV2Business | Self::YelpV3Business => {
                Failure::NotFound
            }
        }
    }

    /// Decides on a request that arrives at `now`, a time of day.
    pub(crate) fn admit(self, request: &ApiRequest<'_>, yelp: &Yelp, now: Duration) -> Admission {
        if !matches!(request.method, "GET" | "HEAD") {
            let site = Site::of_path(request.path);
            return Admission::refused(site.error_answer(Failure::MethodNotAllowed));
        }
        match self {
            Self::HackerNewsItems => Admission::default(),
            Self::YelpV2Search | Self::YelpV2Business => yelp.admit_v2(request, now),
            Self::YelpV3Search | Self::YelpV3Business => yelp.admit_v3(request, now),
        }
    }

    /// The answer without faults.
    pub(crate) fn answer(self, request: &ApiRequest<'_>, admission: Admission) -> Answer {
        let answer = admission.refusal.unwrap_or_else(|| match self {
            Self::HackerNewsItems => hacker_news::item(request),
            Self::YelpV2Search => yelp::v2::search(request),
            Self::YelpV2Business => yelp::v2::business(request),
            Self::YelpV3Search => yelp::v3::search(request),
            Self::YelpV3Business => yelp::v3::business(request),
        });
        answer.with_headers(admission.headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_names() {
        for endpoint in Endpoint::ALL {
            assert_eq!(serde_json::to_value(endpoint).ok(), Some(endpoint.name().into()));
        }
    }
}
