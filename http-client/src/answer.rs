//! An answer as it came: any status, and a body that may be broken.

use std::time::Duration;

use ureq::{
    Body,
    http::{Response, StatusCode, header::RETRY_AFTER, response::Parts},
};

use crate::{retry::Trouble, retry_after};

/// The largest answers have a few megabytes; whoever sends more means harm.
const BODY_BYTES_MAX: u64 = 16 << 20;

/// An answer of a server.
#[derive(Debug)]
pub struct Answer {
    head: Parts,
    /// What it says, or what kept it from being read to its end.
    pub body: Result<Vec<u8>, Trouble>,
}

impl Answer {
    /// The body is read in any case: a connection with an unread one cannot be used again.
    pub(crate) fn read(response: Response<Body>) -> Self {
        let (head, mut body) = response.into_parts();
        let body = body.with_config().limit(BODY_BYTES_MAX).read_to_vec();
        Self { head, body: body.map_err(|error| trouble(&error)) }
    }

    /// The status, such as 200.
    pub fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    /// A header, unless it is missing or not plain text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// For how long the server wants to be left alone, if it says so.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after::parse(self.header(RETRY_AFTER.as_str())?)
    }

    /// What it means that this is not the answer that was hoped for: servers that are busy, or not
    /// well, may do better later.
    pub fn trouble(&self) -> Trouble {
        let status = self.head.status;
        let cause = format!("the server answered {status}");
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            Trouble::Transient { cause, retry_after: self.retry_after() }
        } else {
            Trouble::Permanent { cause }
        }
    }
}

/// A connection that breaks, or never comes about, may do better next time.
pub(crate) fn trouble(error: &ureq::Error) -> Trouble {
    use ureq::Error::{ConnectionFailed, Io, Protocol, Timeout};
    let cause = error.to_string();
    match error {
        Io(_) | Timeout(_) | ConnectionFailed | Protocol(_) => {
            Trouble::Transient { cause, retry_after: None }
        }
        _ => Trouble::Permanent { cause },
    }
}
