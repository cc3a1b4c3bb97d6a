//! What Yelp means when it does not answer as asked: an error with a code, in either version's
//! shape, or something else's HTML.

use http_client::{Answer, retry::AttemptError};
use serde::Deserialize;

use crate::Stop;

/// More characters of a server's words than this are not shown.
const WORDS_MAX: usize = 300;

/// An error in the form of the API; nothing, if it has another form.
#[derive(Debug, Default)]
pub(super) struct Refusal {
    code: String,
    words: String,
    field: String,
    new_id: Option<String>,
    status: u16,
}

#[derive(Deserialize)]
struct Body {
    error: Fields,
}

/// Version 2 says `id`, `text` and maybe more in `description`; version 3 `code` and
/// `description`.
#[derive(Deserialize)]
struct Fields {
    #[serde(alias = "id")]
    code: String,
    text: Option<String>,
    description: Option<String>,
    field: Option<String>,
    /// Of a business that was merged with another.
    new_business_id: Option<String>,
}

impl Refusal {
    pub(super) fn of(answer: &Answer) -> Self {
        let status = answer.status();
        let body = answer.body.as_deref().unwrap_or_default();
        let Ok(Body { error }) = serde_json::from_slice(body) else {
            return Self { status, ..Self::default() };
        };
        let words: Vec<String> = [error.text, error.description].into_iter().flatten().collect();
        let words: String = words.join(" ").chars().take(WORDS_MAX).collect();
        let field = error.field.unwrap_or_default();
        Self { code: error.code, words, field, new_id: error.new_business_id, status }
    }

    /// Whether there is no point in asking for anything else either.
    pub(super) fn stop(&self, answer: &Answer) -> Option<Stop> {
        match self.code.as_str() {
            "ACCESS_LIMIT_REACHED" | "EXCEEDED_REQS" => Some(Stop::LimitReached {
                until: answer.header("RateLimit-ResetTime").map(str::to_owned),
            }),
            "TOKEN_INVALID"
            | "TOKEN_MISSING"
            | "INVALID_OAUTH_CREDENTIALS"
            | "INVALID_SIGNATURE" => Some(self.credentials_refused()),
            // Version 2 names a parameter, version 3 the header.
            _ if self.field.starts_with("oauth_")
                || self.field.eq_ignore_ascii_case("authorization") =>
            {
                Some(self.credentials_refused())
            }
            _ if self.status == 401 => Some(self.credentials_refused()),
            // Only a business may be out of bounds by itself.
            code if self.status == 403 && !code.starts_with("BUSINESS_") => {
                Some(self.credentials_refused())
            }
            _ => None,
        }
    }

    fn credentials_refused(&self) -> Stop {
        Stop::CredentialsRefused { message: format!("{} {}", self.status, self.in_words()) }
    }

    /// The same error, with the server's words.
    pub(super) fn explain(&self, error: AttemptError) -> AttemptError {
        let explain = |cause: String| match self.in_words() {
            nothing if nothing.is_empty() => cause,
            told => format!("{cause} ({told})"),
        };
        match error {
            AttemptError::Transient { cause, retry_after } => {
                AttemptError::Transient { cause: explain(cause), retry_after }
            }
            AttemptError::Permanent { cause } => AttemptError::Permanent { cause: explain(cause) },
        }
    }

    fn in_words(&self) -> String {
        let field = if self.field.is_empty() { "" } else { " " };
        let words = if self.words.is_empty() { "" } else { ": " };
        let new_id =
            self.new_id.as_ref().map_or_else(String::new, |id| format!("; its new id is {id}"));
        format!("{}{field}{}{words}{}{new_id}", self.code, self.field, self.words)
    }
}
