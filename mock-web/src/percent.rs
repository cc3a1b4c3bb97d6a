//! Percent signs in addresses, both ways.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// All but the unreserved characters (RFC 3986, 2.3), as OAuth wants it (RFC 5849, 3.6).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

/// What is no percent-encoding stays as it is.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

/// Decodes what needs no percent sign, as it means the same (RFC 3986, 2.3), and nothing else.
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

/// As [`decode`], with `+` for a space, as forms and queries have it.
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
