//! The imitated sites, each with its own form of errors.

use serde_json::json;

use crate::{answer::Answer, api_request, failure::Failure, hacker_news, yelp};

/// A site, or a version of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    HackerNews,
    YelpV2,
    YelpV3,
}

impl Site {
    /// The site of a path.
    pub(crate) fn of_path(path: &str) -> Self {
        let route = api_request::route(path);
        if route.starts_with(yelp::v2::ROOT) {
            Self::YelpV2
        } else if route.starts_with(yelp::v3::ROOT) {
            Self::YelpV3
        } else {
            Self::HackerNews
        }
    }

    pub(crate) fn error_answer(self, failure: Failure) -> Answer {
        let answer = match self {
            Self::HackerNews => hacker_news::error_answer(failure),
            Self::YelpV2 => yelp::v2::error_answer(failure),
            Self::YelpV3 => yelp::v3::error_answer(failure),
        };
        match failure {
            Failure::MethodNotAllowed => answer.with_header("allow", "GET, HEAD".to_owned()),
            _ => answer,
        }
    }

    /// JSON of the wrong shape.
    pub(crate) fn wrong_json(self) -> Answer {
        Answer::json(
            200,
            &match self {
                Self::HackerNews => json!({"id": "seven", "children": "none"}),
                Self::YelpV2 | Self::YelpV3 => {
                    json!({"id": 7, "businesses": "none", "total": "many"})
                }
            },
        )
    }
}
