//! Verifies OAuth 1.0a signatures (RFC 5849, 3.2), without code of any client, so that no mistake
//! cancels out.

mod authorization;
mod base_string;
mod nonces;
mod signature;

use std::time::Duration;

pub(super) use self::nonces::Nonces;
use self::nonces::Used;
use crate::{api_request::ApiRequest, percent};

/// The greatest difference of a timestamp from our clock.
const WINDOW_SECONDS: u64 = 300;

/// The most bytes of a nonce, since all are remembered for a while.
const NONCE_BYTES_MAX: usize = 128;

/// The credentials of the client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credentials {
    pub(super) consumer_key: &'static str,
    pub(super) consumer_secret: &'static str,
    pub(super) token: &'static str,
    pub(super) token_secret: &'static str,
}

/// The reason for which a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A parameter is malformed, unknown, or repeated.
    #[error("{0} is not valid")]
    Invalid(&'static str),
    #[error("no such consumer")]
    UnknownConsumer,
    /// The timestamp is too far from our clock; both are in seconds since 1970. The words are those
    /// of the real one.
    #[error(
        "Expired timestamp: given {given} and now {now} has a greater difference than threshold \
         {WINDOW_SECONDS}"
    )]
    Expired { given: u64, now: u64 },
    /// The signature is wrong; the text is that of the real API.
    #[error("Invalid signature. Expected signature base string: {base_string}")]
    WrongSignature { base_string: String },
    #[error("Used nonce: sign each request separately, also a retry")]
    Replayed,
}

/// A decoded parameter: name and value.
type Parameter = (Vec<u8>, Vec<u8>);

/// Verifies that a request is signed by its client and is not a repetition, at `now` in Unix time.
///
/// The parameters of OAuth may stand in the header `Authorization` (RFC 5849, 3.5.1) or in the
/// query (3.5.3).
pub(super) fn verify(
    request: &ApiRequest<'_>,
    credentials: &Credentials,
    nonces: &Nonces,
    now: Duration,
) -> Result<(), Refusal> {
    let mut parameters = request.authorization.map(authorization::parameters).unwrap_or_default();
    parameters.extend(percent::form_pairs(request.query));
    let one = |name| the_one(&parameters, name);

    let consumer_key = one("oauth_consumer_key")?;
    let token = one("oauth_token")?;
    let method = one("oauth_signature_method")?;
    let given_signature = one("oauth_signature")?;
    let timestamp = one("oauth_timestamp")?;
    let nonce = one("oauth_nonce")?;
    check("oauth_version", is_first_version(&parameters))?;
    check("oauth_signature_method", method == b"HMAC-SHA1")?;
    if consumer_key != credentials.consumer_key.as_bytes() {
        return Err(Refusal::UnknownConsumer);
    }
    check("oauth_token", token == credentials.token.as_bytes())?;
    check("oauth_nonce", nonce.len() <= NONCE_BYTES_MAX)?;
    let given = seconds(timestamp).ok_or(Refusal::Invalid("oauth_timestamp"))?;
    let now = now.as_secs();
    if given.abs_diff(now) > WINDOW_SECONDS {
        return Err(Refusal::Expired { given, now });
    }

    let base_string =
        base_string::of(request.method, request.authority, request.path, parameters.iter());
    let key = signature::key(credentials.consumer_secret, credentials.token_secret);
    if !signature::is_right(given_signature, &key, &base_string) {
        return Err(Refusal::WrongSignature { base_string });
    }
    // Last, so that only the owner of the secrets can use up a nonce.
    let used = Used::new(consumer_key, token, nonce);
    if nonces.use_up(given, used, now - WINDOW_SECONDS.min(now)) {
        Ok(())
    } else {
        Err(Refusal::Replayed)
    }
}

/// The value of a parameter that must occur once (RFC 5849, 3.1 and 3.2).
fn the_one<'a>(parameters: &'a [Parameter], name: &'static str) -> Result<&'a [u8], Refusal> {
    let mut values = parameters.iter().filter(|(known, _)| known == name.as_bytes());
    match (values.next(), values.next()) {
        (Some((_, value)), None) if !value.is_empty() => Ok(value),
        (Some(_), Some(_)) => Err(Refusal::Invalid(name)),
        _ => Err(Refusal::Missing(name)),
    }
}

fn check(name: &'static str, is_valid: bool) -> Result<(), Refusal> {
    if is_valid { Ok(()) } else { Err(Refusal::Invalid(name)) }
}

/// Whether the version is 1.0 or left out.
fn is_first_version(parameters: &[Parameter]) -> bool {
    match the_one(parameters, "oauth_version") {
        Ok(version) => version == b"1.0",
        Err(refusal) => refusal == Refusal::Missing("oauth_version"),
    }
}

/// Parses a number of digits only.
fn seconds(timestamp: &[u8]) -> Option<u64> {
    let is_number = timestamp.iter().all(u8::is_ascii_digit);
    if is_number { str::from_utf8(timestamp).ok()?.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
