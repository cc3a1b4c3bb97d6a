//! The coding of a body (RFC 9110, 8.4): as it is, or gzip.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;
use ureq::http::{HeaderMap, header::CONTENT_ENCODING};

use crate::{answer::BODY_BYTES_MAX, retry::Trouble, trouble};

/// What we ask for in `Accept-Encoding`.
pub(crate) const ACCEPTED: &str = "gzip";

/// The body as it was before it was encoded.
///
/// Names of codings are read in any case, and `x-gzip` is gzip (RFC 9110, 8.4.1.3). A stream that
/// ends early, or is damaged, is a broken transfer, as it would be without gzip.
pub(crate) fn decode(headers: &HeaderMap, body: Vec<u8>) -> Result<Vec<u8>, Trouble> {
    if !headers.contains_key(CONTENT_ENCODING) {
        return Ok(body); // as most do: no need to look closer
    }
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    let codings: Vec<String> = lines
        .iter()
        .flat_map(|line| line.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !matches!(coding.as_str(), "" | "identity"))
        .collect();
    match codings.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(body),
        ["gzip" | "x-gzip"] => gunzip(&body),
        _ => Err(Trouble::Permanent {
            cause: format!(
                "the answer is encoded as {:?}, and only {ACCEPTED} was asked for",
                codings.join(", ")
            ),
        }),
    }
}

fn gunzip(body: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut decoded = Vec::new();
    let result = MultiGzDecoder::new(body).take(BODY_BYTES_MAX + 1).read_to_end(&mut decoded);
    match result {
        Ok(bytes) if bytes as u64 > BODY_BYTES_MAX => {
            Err(trouble::of(&ureq::Error::BodyExceedsLimit(BODY_BYTES_MAX)))
        }
        Ok(_) => Ok(decoded),
        Err(error) => {
            let cause = format!("the gzip of the answer is broken: {error}");
            Err(Trouble::Transient { cause, retry_after: None })
        }
    }
}
