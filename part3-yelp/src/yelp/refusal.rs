//! Interprets errors of Yelp: JSON with a code, in the form of either version, or HTML of another server.

use http_client::{Answer, retry::AttemptError};
use serde::Deserialize;

use crate::Stop;

/// The most characters that are shown of a server's message.
const WORDS_MAX: usize = 300;

/// An error in the form of the API; empty if it has another form.
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

/// The fields of an error: `id`, `text` and perhaps `description` in version 2, `code` and `description`
/// in version 3.
#[derive(Deserialize)]
struct Fields {
    #[serde(alias = "id")]
    code: String,
    text: Option<String>,
    description: Option<String>,
    field: Option<String>,
    /// The new id of a business that was merged with another.
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

    /// The reason to stop the run, if the error affects all requests.
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
            // A code for one business does not affect the others.
            code if self.status == 403 && !code.starts_with("BUSINESS_") => {
                Some(self.credentials_refused())
            }
            _ => None,
        }
    }

    fn credentials_refused(&self) -> Stop {
        Stop::CredentialsRefused { message: format!("{} {}", self.status, self.in_words()) }
    }

    /// Adds the server's message to an error.
    pub(super) fn explain(&self, error: AttemptError) -> AttemptError {
        let explain = |cause: String| match self.in_words() {
            nothing if nothing.is_empty() => cause,
            message => format!("{cause} ({message})"),
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
