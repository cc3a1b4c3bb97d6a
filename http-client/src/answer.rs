//! A server's answer: any status, and a body that may be broken.

use std::time::Duration;

use serde::de::IgnoredAny;
use ureq::{
    Body,
    http::{
        Response, StatusCode,
        header::{CONTENT_LENGTH, RETRY_AFTER, TRANSFER_ENCODING},
        response::Parts,
    },
};

use crate::{
    attempt_error,
    content::{BODY_BYTES_MAX, Codings},
    retry::AttemptError,
    retry_after,
};

/// An answer of a server.
#[derive(Debug)]
pub struct Answer {
    head: Parts,
    /// The body without a byte order mark, or the error that kept it from being read.
    pub body: Result<Vec<u8>, AttemptError>,
}

impl Answer {
    /// Reads an answer with its body, so that the connection can be reused.
    pub(crate) fn read(response: Response<Body>) -> Self {
        let (head, mut body) = response.into_parts();
        let body = Codings::of(&head.headers).and_then(|codings| {
            let body = body.with_config().limit(BODY_BYTES_MAX).read_to_vec();
            codings.undo(body.map_err(|error| attempt_error::of(&error))?)
        });
        Self { head, body }
    }

    /// The status, such as 200.
    pub fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    /// A header, unless it is missing or not plain text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// The pause that the server asks for, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after::parse(self.header(RETRY_AFTER.as_str())?)
    }

    /// The body, checked to be JSON.
    ///
    /// # Errors
    /// When the body could not be read to its end. If only the end of the connection marks the end of the
    /// body (RFC 9112, 6.3), incomplete JSON is an error, too.
    pub fn into_json(self) -> Result<Vec<u8>, AttemptError> {
        let body = self.body?;
        let headers = &self.head.headers;
        let has_marked_end =
            headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
        if !has_marked_end
            && let Err(error) = serde_json::from_slice::<IgnoredAny>(&body)
            && error.is_eof()
        {
            let cause = format!("the answer breaks off: {error}");
            return Err(AttemptError::Transient { cause, retry_after: None });
        }
        Ok(body)
    }

    /// The error for an unwanted answer: transient if the server may do better later.
    pub fn attempt_error(&self) -> AttemptError {
        let status = self.head.status;
        let cause = format!("the server answered {status}");
        match status {
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
                AttemptError::Transient { cause, retry_after: self.retry_after() }
            }
            _ if status.is_server_error() => {
                AttemptError::Transient { cause, retry_after: self.retry_after() }
            }
            _ => AttemptError::Permanent { cause },
        }
    }
}
