//! Decodes bodies: transfer codings (RFC 9112, 6.1) and content codings (RFC 9110, 8.4). It is as
//! it is, or gzip.

use std::io::Read;

use flate2::bufread::GzDecoder;
use ureq::http::{
    HeaderMap, HeaderName,
    header::{CONTENT_ENCODING, TRANSFER_ENCODING},
};

use crate::{attempt_error, retry::AttemptError};

/// The most bytes of a body; the largest answers have a few megabytes. A server that sends more
/// means harm.
pub(crate) const BODY_BYTES_MAX: u64 = 16 << 20;

/// The value of `Accept-Encoding`.
pub(crate) const ACCEPTED: &str = "gzip";

/// The mark with which some servers begin texts. JSON does not (RFC 8259, 8.1).
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The codings of a body.
pub(crate) struct Codings {
    is_transferred_as_gzip: bool,
    is_gzip: bool,
}

impl Codings {
    /// The codings that the headers name, in any case; `x-gzip` is gzip (RFC 9110, 8.4.1.3).
    ///
    /// The library undoes `chunked`, which has to come last. All else was not asked for.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, AttemptError> {
        let mut transfer = listed(headers, &TRANSFER_ENCODING);
        transfer.pop_if(|last| last == "chunked");
        let is_transferred_as_gzip = is_gzip(&transfer).ok_or_else(|| {
            let all = listed(headers, &TRANSFER_ENCODING).join(", ");
            refusal(&format!("transferred as {all:?}, and only gzip and chunked can be read"))
        })?;
        let content = listed(headers, &CONTENT_ENCODING);
        let is_gzip = is_gzip(&content).ok_or_else(|| {
            let all = content.join(", ");
            refusal(&format!("encoded as {all:?}, and only {ACCEPTED} was asked for"))
        })?;
        Ok(Self { is_transferred_as_gzip, is_gzip })
    }

    /// Decodes the body, and removes a byte order mark.
    ///
    /// A stream that ends early, or is damaged, is a broken transfer, as it would be without gzip.
    pub(crate) fn undo(&self, mut body: Vec<u8>) -> Result<Vec<u8>, AttemptError> {
        for is_gzip in [self.is_transferred_as_gzip, self.is_gzip] {
            if is_gzip {
                body = gunzip(&body)?;
            }
        }
        if body.starts_with(BYTE_ORDER_MARK) {
            body.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(body)
    }
}

/// The codings of all headers of this name, but for those that change nothing.
fn listed(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).iter();
    let lines = lines.map(|line| String::from_utf8_lossy(line.as_bytes()).to_ascii_lowercase());
    let codings = lines.flat_map(|line| {
        line.split(',').map(|coding| coding.trim().to_owned()).collect::<Vec<String>>()
    });
    codings.filter(|coding| !matches!(coding.as_str(), "" | "identity")).collect()
}

/// Whether these codings are gzip or none; `None` if they are something else.
fn is_gzip(codings: &[String]) -> Option<bool> {
    match codings {
        [] => Some(false),
        [one] if matches!(one.as_str(), "gzip" | "x-gzip") => Some(true),
        _ => None,
    }
}

fn refusal(what: &str) -> AttemptError {
    AttemptError::Permanent { cause: format!("the answer is {what}") }
}

/// Decodes all members of a gzip file, one after another (RFC 1952, 2.2). Zeros after the last one
/// are padding, as for the program gzip.
fn gunzip(body: &[u8]) -> Result<Vec<u8>, AttemptError> {
    let (mut decoded, mut rest) = (Vec::new(), body);
    loop {
        let left = BODY_BYTES_MAX + 1 - decoded.len() as u64;
        let mut member = GzDecoder::new(rest);
        if let Err(error) = member.by_ref().take(left).read_to_end(&mut decoded) {
            let cause = format!("the gzip of the answer is broken: {error}");
            return Err(AttemptError::Transient { cause, retry_after: None });
        }
        if decoded.len() as u64 > BODY_BYTES_MAX {
            return Err(attempt_error::of(&ureq::Error::BodyExceedsLimit(BODY_BYTES_MAX)));
        }
        rest = member.into_inner();
        if rest.iter().all(|&byte| byte == 0) {
            return Ok(decoded);
        }
    }
}
