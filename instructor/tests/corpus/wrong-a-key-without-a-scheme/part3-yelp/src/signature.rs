//! The key stands in the header without the word before it.

use oauth1_request::{Builder, HMAC_SHA1, ParameterList, Token};

use crate::{
    api::Target,
    credentials::{Credentials, OAuthCredentials},
};

/// The header for a GET request; another one each time, since no signature is accepted twice.
pub fn authorization(credentials: &Credentials, target: &Target) -> String {
    match credentials {
        Credentials::Key(key) => key.clone(),
        Credentials::OAuth(credentials) => sign("GET", target, &builder(credentials)),
    }
}

type OAuthBuilder<'a> = Builder<'a, oauth1_request::HmacSha1, &'a str, &'a str>;

fn builder(credentials: &OAuthCredentials) -> OAuthBuilder<'_> {
    let OAuthCredentials { consumer_key, consumer_secret, token, token_secret } = credentials;
    let token: Token<&str, &str> =
        Token::from_parts(consumer_key, consumer_secret, token, token_secret);
    Builder::with_token(token, HMAC_SHA1)
}

/// The query is signed as it is, the address percent-encoded (RFC 5849, 3.4.1).
fn sign(method: &str, target: &Target, builder: &OAuthBuilder<'_>) -> String {
    let parameters = ParameterList::new(target.query.clone());
    builder.authorize(method, base_string_uri(&target.address), &parameters)
}

/// The address that is signed: scheme and host in lower case, and no port that the scheme means
/// anyway (RFC 5849, 3.4.1.2).
fn base_string_uri(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    let default_port = if scheme == "https" { 443 } else { 80 };
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.is_empty() || port.parse() == Ok(default_port) => host,
        _ => host,
    };
    format!("{scheme}://{host}{path}")
}
