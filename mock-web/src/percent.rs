//! Percent-encodes and decodes.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// All characters but the unreserved ones (RFC 3986, 2.3), as OAuth encodes them (RFC 5849, 3.6).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

/// Decodes a text; other percent signs stay.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

/// Decodes only unreserved characters, whose encoding has no meaning (RFC 3986, 2.3).
pub(crate) fn decode_unreserved(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let octet = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let plain = octet.filter(|octet| octet.is_ascii_alphanumeric() || b"-._~".contains(octet));
        decoded.push(plain.map_or('%', char::from));
        decoded += if plain.is_some() { &part[2..] } else { part };
    }
    decoded
}

/// Decodes a text as [`decode`] does, with `+` for a space, as in forms and queries.
pub(crate) fn decode_form(text: &str) -> Vec<u8> {
    decode(&text.replace('+', " "))
}

/// The decoded names and values of a form or a query.
pub(crate) fn form_pairs(query: &str) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode_form(name), decode_form(value))
    })
}
