//! The decision whether a site admits a request.

use crate::answer::{Answer, Header};

/// The decision on a request when it arrives, independent of the latency.
#[derive(Clone, Debug, Default)]
pub(crate) struct Admission {
    /// The headers for any answer.
    pub(crate) headers: Vec<Header>,
    /// The answer that replaces the requested one.
    pub(crate) refusal: Option<Answer>,
}

impl Admission {
    pub(crate) fn refused(refusal: Answer) -> Self {
        Self { headers: Vec::new(), refusal: Some(refusal) }
    }
}
