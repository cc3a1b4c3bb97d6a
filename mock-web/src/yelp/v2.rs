//! Yelp's API v2, which ended in 2018: signed requests, and errors with an `id` and a `text`.

mod shape;

use serde::Serialize;
use serde_json::json;

use super::{business::Business, city::City, oauth::Refusal};
use crate::{answer::Answer, api_request::ApiRequest, failure::Failure};

/// The path of the API.
pub(crate) const ROOT: &str = "/v2/";

/// The path of the search.
pub(crate) const SEARCH: &str = "/v2/search";

/// The path of businesses, without the id.
pub(crate) const BUSINESS: &str = "/v2/business/";

const LIMIT_DEFAULT: usize = 20;
const LIMIT_MAX: usize = 40;

/// An error as it is sent; comments say which statuses and texts are real.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Error<'a> {
    text: &'a str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

/// The answer to a search: the businesses of a city, best first.
pub(crate) fn search(request: &ApiRequest<'_>) -> Answer {
    let Some(location) = request.parameter("location") else { return missing("location") };
    let number = |name, default, most| {
        let Some(text) = request.parameter(name) else { return Ok(default) };
        text.parse().ok().filter(|number| *number <= most).ok_or_else(|| invalid(name))
    };
    let page = number("limit", LIMIT_DEFAULT, LIMIT_MAX)
        .and_then(|limit| Ok((limit, number("offset", 0, usize::MAX)?)));
    let (limit, offset) = match page {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let Some(city) = City::find(&location) else { return error_answer(Failure::LocationNotFound) };
    let businesses: Vec<_> =
        Business::all_of(&city).iter().skip(offset).take(limit).map(shape::listed).collect();
    let body = json!({
        "region": shape::region(&city),
        "total": city.business_count(),
        "businesses": businesses,
    });
    Answer::json(200, &body)
}

/// The answer for a business.
pub(crate) fn business(request: &ApiRequest<'_>) -> Answer {
    match request.id_after(BUSINESS).and_then(|id| Business::find(&id)) {
        Some(business) => Answer::json(200, &shape::detailed(&business)),
        None => error_answer(Failure::NotFound),
    }
}

/// The answer for a failure other than of a parameter.
pub(crate) fn error_answer(failure: Failure) -> Answer {
    let (status, id, text) = match failure {
        // Made up: the text of the real Yelp is not known.
        Failure::NoSuchPath => (404, "NOT_FOUND", "There is nothing at this path"),
        Failure::MethodNotAllowed => (405, "METHOD_NOT_ALLOWED", "There are only GET and HEAD"),
        Failure::TooManyRequests => (429, "TOO_MANY_REQUESTS", "Too many requests at once"),
        // The real ids, with statuses that are not known.
        Failure::LocationNotFound => {
            (400, "UNAVAILABLE_FOR_LOCATION", "API unavailable for this location")
        }
        Failure::DailyLimitReached => (400, "EXCEEDED_REQS", "Exceeded the requests of a day"),
        Failure::InternalError => (500, "INTERNAL_ERROR", "Some internal error happened"),
        // As recorded.
        Failure::NotFound | Failure::BusinessUnavailable => {
            (400, "BUSINESS_UNAVAILABLE", "Business information is unavailable")
        }
    };
    error(status, Error { text, id, ..Error::default() })
}

/// The answer to a request that is not correctly signed.
pub(super) fn refuse(refusal: &Refusal) -> Answer {
    match refusal {
        Refusal::Missing(name) => missing(name),
        Refusal::Invalid(name) => invalid(name),
        Refusal::UnknownConsumer => error(
            403,
            Error {
                id: "INVALID_OAUTH_CREDENTIALS",
                text: "Invalid OAuth credentials",
                ..Error::default()
            },
        ),
        // That a used nonce has the same error as a wrong signature is made up.
        Refusal::Expired { .. } | Refusal::WrongSignature { .. } | Refusal::Replayed => error(
            400,
            Error {
                id: "INVALID_SIGNATURE",
                text: "Signature was invalid",
                description: Some(&refusal.to_string()),
                ..Error::default()
            },
        ),
    }
}

fn missing(field: &str) -> Answer {
    let text = "One or more parameters are missing in request";
    error(400, Error { text, id: "MISSING_PARAMETER", field: Some(field), ..Error::default() })
}

fn invalid(field: &str) -> Answer {
    let text = "One or more parameters are invalid in request";
    error(400, Error { text, id: "INVALID_PARAMETER", field: Some(field), ..Error::default() })
}

fn error(status: u16, error: Error<'_>) -> Answer {
    Answer::json(status, &json!({ "error": error }))
}
