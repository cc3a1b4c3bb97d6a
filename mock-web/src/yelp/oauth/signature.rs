//! Computes HMAC-SHA1 over a base string (RFC 5849, 3.4.2), and compares in constant time.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::percent;

/// The key for signing; the token secret may be empty.
pub(super) fn key(consumer_secret: &str, token_secret: &str) -> String {
    [consumer_secret, token_secret].map(|secret| percent::encode(secret.as_bytes())).join("&")
}

/// Whether this is the right signature, in Base64, compared in constant time.
pub(super) fn is_right(given: &[u8], key: &str, base_string: &str) -> bool {
    BASE64_STANDARD
        .decode(given)
        .is_ok_and(|given| authenticator(key, base_string).verify_slice(&given).is_ok())
}

fn authenticator(key: &str, base_string: &str) -> Hmac<Sha1> {
    Hmac::new_from_slice(key.as_bytes())
        .expect("a key of any length will do")
        .chain_update(base_string)
}

/// The signature, for tests that sign.
#[cfg(test)]
pub(super) fn of(key: &str, base_string: &str) -> String {
    BASE64_STANDARD.encode(authenticator(key, base_string).finalize().into_bytes())
}
