//! The header `Authorization`: a signature for version 2 (OAuth 1.0a), a key for version 3.

use oauth1_request::{Builder, HMAC_SHA1, ParameterList, Token};

use crate::{
    api::Target,
    credentials::{Credentials, OAuthCredentials},
};

/// The header for a GET request. It differs each time, since no signature is accepted twice.
pub fn authorization(credentials: &Credentials, target: &Target) -> String {
    match credentials {
        Credentials::Key(key) => format!("Bearer {key}"),
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

/// Signs the query unencoded, and the address percent-encoded (RFC 5849, 3.4.1).
fn sign(method: &str, target: &Target, builder: &OAuthBuilder<'_>) -> String {
    let parameters = ParameterList::new(target.query.clone());
    builder.authorize(method, base_string_uri(&target.address), &parameters)
}

/// The address that is signed: scheme and host in lower case, without the default port (RFC 5849,
/// 3.4.1.2).
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

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;

    /// The signature of a header, percent-decoded.
    fn signature(header: &str) -> String {
        let value = header.split("oauth_signature=\"").nth(1).expect("a signature");
        let value = value.split('"').next().expect("the end of it");
        percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned()
    }

    fn photos() -> (OAuthCredentials, Target) {
        let credentials = OAuthCredentials {
            consumer_key: "dpf43f3p2l4k3l03".to_owned(),
            consumer_secret: "kd94hf93k423kf44".to_owned(),
            token: "nnch734d00sl2jdk".to_owned(),
            token_secret: "pfkkdhi9sl3r4s00".to_owned(),
        };
        let query = vec![("file", "vacation.jpg".to_owned()), ("size", "original".to_owned())];
        (credentials, Target { address: "http://photos.example.net/photos".to_owned(), query })
    }

    #[test]
    fn the_example_of_the_standard_is_signed_as_it_says() {
        let (credentials, target) = photos();
        let mut builder = builder(&credentials);
        builder.nonce("chapoH").timestamp(NonZeroU64::new(137_131_202)).version(false);
        // RFC 5849, 1.2.
        assert_eq!(signature(&sign("GET", &target, &builder)), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    }

    #[test]
    fn the_example_of_oauth_core_is_signed_as_it_says() {
        let (credentials, target) = photos();
        let mut builder = builder(&credentials);
        builder.nonce("kllo9940pd9333jh").timestamp(NonZeroU64::new(1_191_242_096)).version(true);
        // OAuth Core 1.0, appendix A.
        assert_eq!(signature(&sign("GET", &target, &builder)), "tR3+Ty81lMeYAr/Fid0kMTYa/WM=");
    }

    #[test]
    fn the_signed_address_is_normalized() {
        let check = |address, expected| assert_eq!(base_string_uri(address), expected);
        check("http://127.0.0.1:80/v2/search", "http://127.0.0.1/v2/search");
        check("http://127.0.0.1:/v2", "http://127.0.0.1/v2");
        check("http://127.0.0.1:8080/v2:80", "http://127.0.0.1:8080/v2:80");
        check("http://h:443/v2", "http://h:443/v2");
        check("https://h:443/v2", "https://h/v2");
        check("https://h:80/v2", "https://h:80/v2");
        check("HTTP://LOCALHOST:8080/V2/Caf%C3%A9", "http://localhost:8080/V2/Caf%C3%A9");
        check("HTTPS://user:Secret@API.Yelp.com:443/v2", "https://api.yelp.com/v2");
        check("http://[::1]:80/v2", "http://[::1]/v2");
        check("http://[::80]/v2", "http://[::80]/v2");
        check("http://[FE80::1]:8080", "http://[fe80::1]:8080");
    }

    #[test]
    fn no_two_requests_are_signed_alike() {
        let (credentials, target) = photos();
        let credentials = Credentials::OAuth(credentials);
        let sign = || authorization(&credentials, &target);
        assert_ne!(sign(), sign());
    }
}
