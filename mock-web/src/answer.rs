//! The answer of an endpoint, before latency and faults apply.

use serde::Serialize;

/// A header: a name in lower case, and a value.
pub(crate) type Header = (&'static str, String);

/// An answer: an HTTP status, a content type, headers, and a body.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    /// The headers of the status, such as `Location`, and those of the site.
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("an answer that JSON can hold");
        let content_type = "application/json; charset=utf-8";
        Self { status, content_type, headers: Vec::new(), body }
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        let body = body.as_bytes().to_vec();
        Self { status, content_type: "text/html; charset=utf-8", headers: Vec::new(), body }
    }

    /// An error in the shape of Hacker News and of the lab's own endpoints.
    pub(crate) fn error(status: u16, error: &str) -> Self {
        #[derive(Serialize)]
        struct Error<'a> {
            status: u16,
            error: &'a str,
        }
        Self::json(status, &Error { status, error })
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn with_headers(mut self, headers: impl IntoIterator<Item = Header>) -> Self {
        self.headers.extend(headers);
        self
    }

    /// 405, with the allowed methods.
    pub(crate) fn method_not_allowed(allowed: &str) -> Self {
        Self::error(405, "Method Not Allowed").with_header("allow", allowed.to_owned())
    }
}
