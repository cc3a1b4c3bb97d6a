//! Yelp's API v3, the current one: a key, and errors with a `code` and a `description`.

mod shape;

use serde::Serialize;
use serde_json::{Value, json};

use super::{business::Business, city::City};
use crate::{answer::Answer, api_request::ApiRequest, demo, failure::Failure};

/// The path of the API.
pub(crate) const ROOT: &str = "/v3/";

/// The path of the search.
pub(crate) const SEARCH: &str = "/v3/businesses/search";

/// The path of businesses, without the id or alias.
pub(crate) const BUSINESS: &str = "/v3/businesses/";

const LIMIT_DEFAULT: u64 = 20;
const LIMIT_MAX: u64 = 50;

/// The most results of a search, over all pages.
const REACHABLE_MAX: u64 = 240;

/// An error as it is sent; codes and statuses are documented, descriptions are ours.
#[derive(Clone, Debug, Default, Serialize)]
struct Error<'a> {
    code: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<Value>,
}

/// Refuses requests without the key.
pub(super) fn check_key(authorization: Option<&str>) -> Result<(), Answer> {
    let refusal =
        |code, description| Err(error(401, &Error { code, description, ..Error::default() }));
    let Some(authorization) = authorization else {
        return refusal("TOKEN_MISSING", "send the key: Authorization: Bearer KEY");
    };
    // This key is no secret, so that comparing it need not take the same time always.
    match authorization.trim().split_once(' ') {
        Some((scheme, key))
            if scheme.eq_ignore_ascii_case("Bearer") && key.trim_start() == demo::API_KEY =>
        {
            Ok(())
        }
        _ => refusal("TOKEN_INVALID", "this is not a key that is known here"),
    }
}

/// The answer to a search: the businesses of a city, best first.
pub(crate) fn search(request: &ApiRequest<'_>) -> Answer {
    match Search::parse(request) {
        Ok(Search { location, limit, offset }) => {
            let Some(city) = City::find(&location) else {
                return error_answer(Failure::LocationNotFound);
            };
            let businesses = Business::all_of(&city);
            let page = businesses.iter().skip(offset).take(limit);
            Answer::json(
                200,
                &json!({
                    "businesses": page.map(shape::listed).collect::<Vec<_>>(),
                    "total": city.business_count(),
                    "region": shape::region(&city),
                }),
            )
        }
        Err(answer) => answer,
    }
}

/// The answer for a business.
pub(crate) fn business(request: &ApiRequest<'_>) -> Answer {
    let find =
        |name: &str| Business::find(name).or_else(|| Business::find(&shape::alias_of_id(name)?));
    match request.id_after(BUSINESS).and_then(|name| find(&name)) {
        Some(business) => Answer::json(200, &shape::detailed(&business)),
        None => error_answer(Failure::NotFound),
    }
}

/// The answer for a failure other than of a parameter or the key.
pub(crate) fn error_answer(failure: Failure) -> Answer {
    let (status, code, description) = match failure {
        Failure::NoSuchPath => (404, "NOT_FOUND", "there is nothing at this path"),
        // Made up, as what the real one says is not known.
        Failure::MethodNotAllowed => (405, "METHOD_NOT_ALLOWED", "there are only GET and HEAD"),
        Failure::NotFound => (404, "BUSINESS_NOT_FOUND", "there is no such business"),
        Failure::LocationNotFound => (400, "LOCATION_NOT_FOUND", "there is no such location"),
        Failure::BusinessUnavailable => {
            (403, "BUSINESS_UNAVAILABLE", "this business is not to be had from here")
        }
        Failure::TooManyRequests => {
            (429, "TOO_MANY_REQUESTS_PER_SECOND", "wait a little, and ask again")
        }
        Failure::DailyLimitReached => {
            (429, "ACCESS_LIMIT_REACHED", "come back when RateLimit-ResetTime has passed")
        }
        Failure::InternalError => (500, "INTERNAL_ERROR", "something is broken on our side"),
    };
    error(status, &Error { code, description, ..Error::default() })
}

/// The parameters of a search.
struct Search {
    location: String,
    limit: usize,
    offset: usize,
}

impl Search {
    fn parse(request: &ApiRequest<'_>) -> Result<Self, Answer> {
        let location = match request.parameter("location") {
            Some(location) => location,
            None => location_of_point(request)?,
        };
        let limit = number(request, "limit", LIMIT_DEFAULT)?;
        if limit > LIMIT_MAX {
            let description = format!("{limit} is more than {LIMIT_MAX}");
            return Err(invalid(Some("limit"), Some(limit.into()), &description));
        }
        let offset = number(request, "offset", 0)?;
        if offset.saturating_add(limit) > REACHABLE_MAX {
            let description = format!("limit + offset can be {REACHABLE_MAX} at most");
            return Err(invalid(None, None, &description));
        }
        let small = |number| usize::try_from(number).expect("at most 240");
        Ok(Self { location, limit: small(limit), offset: small(offset) })
    }
}

/// Turns coordinates into the name of a city, to a tenth of a degree: `47.6N 122.3W`.
fn location_of_point(request: &ApiRequest<'_>) -> Result<String, Answer> {
    let degrees = |name, most: f64, letters: [char; 2]| {
        let Some(text) = request.parameter(name) else {
            return Err(invalid(None, None, "a location is missing, or a latitude and longitude"));
        };
        let degrees = text.parse().ok().filter(|degrees: &f64| degrees.abs() <= most);
        let Some(degrees) = degrees else {
            let description = format!("this has to be a number from -{most} to {most}");
            return Err(invalid(Some(name), Some(text.into()), &description));
        };
        let letter = letters[usize::from(degrees < 0.0)];
        Ok(format!("{:.1}{letter}", degrees.abs()))
    };
    let latitude = degrees("latitude", 90.0, ['N', 'S'])?;
    let longitude = degrees("longitude", 180.0, ['E', 'W'])?;
    Ok(format!("{latitude} {longitude}"))
}

fn number(request: &ApiRequest<'_>, name: &'static str, default: u64) -> Result<u64, Answer> {
    let Some(text) = request.parameter(name) else { return Ok(default) };
    text.parse().map_err(|_| {
        let description = "this has to be a whole number that is not negative";
        invalid(Some(name), Some(text.into()), description)
    })
}

fn invalid(field: Option<&str>, instance: Option<Value>, description: &str) -> Answer {
    error(400, &Error { code: "VALIDATION_ERROR", description, field, instance })
}

fn error(status: u16, error: &Error<'_>) -> Answer {
    Answer::json(status, &json!({ "error": error }))
}
