//! Builds the signature base string: method, address and all parameters (RFC 5849, 3.4.1).

use super::Parameter;
use crate::percent;

/// The base string of a request over plain HTTP, the only kind there is on loopback.
pub(super) fn of<'a>(
    method: &str,
    authority: &str,
    path: &str,
    parameters: impl Iterator<Item = &'a Parameter>,
) -> String {
    let uri = format!("http://{}{path}", without_default_port(&authority.to_ascii_lowercase()));
    let parts = [method.to_ascii_uppercase(), uri, normalized(parameters)];
    parts.map(|part| percent::encode(part.as_bytes())).join("&")
}

/// Removes the default port of `http`, or an empty one (RFC 5849, 3.4.1.2).
fn without_default_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.is_empty() || port.parse() == Ok(80) => host,
        _ => authority,
    }
}

/// The parameters, sorted after they are encoded: `~` sorts behind letters, and `%7E` would not.
fn normalized<'a>(parameters: impl Iterator<Item = &'a Parameter>) -> String {
    let mut pairs: Vec<(String, String)> = parameters
        .filter(|(name, _)| name != b"oauth_signature")
        .map(|(name, value)| (percent::encode(name), percent::encode(value)))
        .collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
