//! OAuth 1.0a as a server verifies it (RFC 5849, 3.2), written from the RFC alone: it shares no
//! code with any client, so that no mistake can cancel out.

mod authorization;
mod base_string;
mod nonces;
mod signature;

use std::time::Duration;

pub(super) use self::nonces::Nonces;
use self::nonces::Used;
use crate::{api_request::ApiRequest, percent};

/// How far a timestamp may be from our clock, either way.
const WINDOW_SECONDS: u64 = 300;

/// A nonce of more bytes is refused, since all are remembered for a while.
const NONCE_BYTES_MAX: usize = 128;

/// Who may ask, and what proves that they do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credentials {
    pub(super) consumer_key: &'static str,
    pub(super) consumer_secret: &'static str,
    pub(super) token: &'static str,
    pub(super) token_secret: &'static str,
}

/// Why a request is not taken as that of whom it names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Of the wrong form, unknown, or there twice.
    #[error("{0} is not valid")]
    Invalid(&'static str),
    #[error("no such consumer")]
    UnknownConsumer,
    /// Both are seconds since 1970. The words are those of the real one.
    #[error(
        "Expired timestamp: given {given} and now {now} has a greater difference than threshold \
         {WINDOW_SECONDS}"
    )]
    Expired { given: u64, now: u64 },
    /// The words are those of the real one.
    #[error("Invalid signature. Expected signature base string: {base_string}")]
    WrongSignature { base_string: String },
    #[error("Used nonce: sign each request anew, also when it is repeated")]
    Replayed,
}

/// A name and a value, decoded.
type Parameter = (Vec<u8>, Vec<u8>);

/// Whether this request is from whom it says, and for the first time, at `now` in Unix time.
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

/// The value of a parameter that has to be there once (RFC 5849, 3.1 and 3.2).
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

/// The version may be left out.
fn is_first_version(parameters: &[Parameter]) -> bool {
    match the_one(parameters, "oauth_version") {
        Ok(version) => version == b"1.0",
        Err(refusal) => refusal == Refusal::Missing("oauth_version"),
    }
}

/// Digits, and nothing else.
fn seconds(timestamp: &[u8]) -> Option<u64> {
    let is_number = timestamp.iter().all(u8::is_ascii_digit);
    if is_number { str::from_utf8(timestamp).ok()?.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
