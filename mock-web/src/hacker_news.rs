//! Hacker News as its search API shows it: items, each with all that was written below it.

mod generated;
mod item;
mod post;
mod prose;
mod recorded;
mod seeded_choice;

use self::{item::Item, post::ItemId};
use crate::{answer::Answer, api_request::ApiRequest, failure::Failure};

/// Where items are; the id follows.
pub(crate) const ITEMS: &str = "/api/v1/items/";

/// An item, with all that was written below it.
pub(crate) fn item(request: &ApiRequest<'_>) -> Answer {
    let id = request.id_after(ITEMS);
    match id.and_then(|id| ItemId::parse(&id)).and_then(Item::find) {
        Some(item) => Answer::json(200, &item),
        None => error_answer(Failure::NotFound),
    }
}

/// What went wrong, in the words of HTTP: the real site has no others.
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
