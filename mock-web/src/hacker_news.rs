//! Imitates Hacker News' search API: items, each with all comments below it.

mod generated;
mod item;
mod post;
mod prose;
mod recorded;
mod seeded_choice;

use self::{item::Item, post::ItemId};
use crate::{answer::Answer, api_request::ApiRequest, failure::Failure};

/// The path of items, without the id.
pub(crate) const ITEMS: &str = "/api/v1/items/";

/// The answer for an item, with all comments below it.
pub(crate) fn item(request: &ApiRequest<'_>) -> Answer {
    let id = request.id_after(ITEMS);
    match id.and_then(|id| ItemId::parse(&id)).and_then(Item::find) {
        Some(item) => Answer::json(200, &item),
        None => error_answer(Failure::NotFound),
    }
}

/// The answer for a failure, in the words of HTTP, as on the real site.
pub(crate) fn error_answer(failure: Failure) -> Answer {
    let (status, error) = match failure {
        Failure::NoSuchPath | Failure::NotFound | Failure::LocationNotFound => (404, "Not Found"),
        Failure::MethodNotAllowed => (405, "Method Not Allowed"),
        Failure::BusinessUnavailable => (403, "Forbidden"),
        Failure::TooManyRequests | Failure::DailyLimitReached => (429, "Too Many Requests"),
        Failure::InternalError => (500, "Internal Server Error"),
    };
    Answer::error(status, error)
}
