//! Checks the base URL that a user gives, before anything is sent.

use std::net::{Ipv4Addr, Ipv6Addr};

use ureq::http::Uri;

/// An error in a base URL.
///
/// No message repeats any of it: people paste addresses with passwords in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// The scheme is not http or https.
    #[error("it has to start with http:// or https://, as in http://127.0.0.1:8080")]
    NotHttp,
    /// It has a user name or a password.
    #[error("leave out the user name and the password: they would be sent to the host")]
    Credentials,
    /// The host is missing or invalid.
    #[error(
        "its host is not a name such as localhost, nor an address such as 127.0.0.1 or [::1] \
         (names beyond ASCII have a form that begins with xn--)"
    )]
    Host,
    /// The port is invalid.
    #[error("its port is not a number from 1 to 65535; leave it out for the default port")]
    Port,
    /// It has a query or a fragment.
    #[error("leave out the query and the fragment, which begin with ? and #")]
    NotABase,
    /// It has characters that URLs must not have (RFC 3986, section 2).
    #[error("it has characters that a URL cannot have; write them as %XX, in UTF-8")]
    Characters,
}

/// Checks the base of all addresses that are asked: `http://HOST`, perhaps with a port and a path.
///
/// Returns it without slashes at its end. Only what every reader of URLs understands alike is
/// accepted, so that nothing is sent to another host or port than the user sees.
///
/// ```
/// use http_client::{BaseUrlError, parse_base_url};
///
/// assert_eq!(parse_base_url("http://127.0.0.1:8080/"), Ok("http://127.0.0.1:8080".to_owned()));
/// assert_eq!(parse_base_url("http://127.0.0.1:80800"), Err(BaseUrlError::Port));
/// ```
///
/// # Errors
/// When it is anything else.
pub fn parse_base_url(text: &str) -> Result<String, BaseUrlError> {
    let (scheme, rest) = text.split_once("://").ok_or(BaseUrlError::NotHttp)?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(BaseUrlError::NotHttp);
    }
    // Some take a backslash for a slash.
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
    if authority.contains('@') {
        return Err(BaseUrlError::Credentials);
    }
    let (host, port) = split_port(authority);
    if !is_host(host) {
        return Err(BaseUrlError::Host);
    }
    if !port.is_none_or(is_port) {
        return Err(BaseUrlError::Port);
    }
    if path.contains(['?', '#']) {
        return Err(BaseUrlError::NotABase);
    }
    let url = format!("{scheme}://{authority}{}", path.trim_end_matches('/'));
    let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if !is_plain || url.parse::<Uri>().is_err() {
        return Err(BaseUrlError::Characters);
    }
    Ok(url)
}

/// Splits an authority into host and port; colons of IPv6 addresses are within brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// Whether this is an IP address, or a name that no program takes for an address such as `127.1`.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']');
        return address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    let is_label = |label: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        label.bytes().all(is_letter)
            && !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let mut labels = host.strip_suffix('.').unwrap_or(host).split('.');
    let ends_in_a_number = labels.clone().next_back().is_some_and(|label| {
        let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
        label.bytes().all(|byte| byte.is_ascii_digit())
            || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    });
    labels.all(is_label) && (!ends_in_a_number || host.parse::<Ipv4Addr>().is_ok())
}

/// Whether these are the digits of a port, without leading zeros.
fn is_port(port: &str) -> bool {
    port.starts_with(|first| matches!(first, '1'..='9'))
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_accepted() {
        let check = |text: &str, expected: &str| {
            assert_eq!(parse_base_url(text).as_deref(), Ok(expected), "{text}");
        };
        check("http://localhost", "http://localhost");
        check("HTTPS://Api.Yelp.com/", "https://Api.Yelp.com");
        check("http://127.0.0.1:1", "http://127.0.0.1:1");
        check("http://[::1]:65535/", "http://[::1]:65535");
        check("http://[::1]", "http://[::1]");
        check(
            "http://my_host-2.example./a/%C3%A9/b@c:d//",
            "http://my_host-2.example./a/%C3%A9/b@c:d",
        );
        check("http://xn--bcher-kva.example:8080", "http://xn--bcher-kva.example:8080");
    }

    fn check_refused(expected: BaseUrlError, texts: &[&str]) {
        for text in texts {
            assert_eq!(parse_base_url(text), Err(expected), "{text:?}");
        }
    }

    #[test]
    fn other_schemes_are_refused() {
        let texts =
            ["", "localhost", "ftp://h", "http:/h", "http:h", "http//h", "//h", " http://h"];
        check_refused(BaseUrlError::NotHttp, &texts);
        let texts = ["http:user:secret@h", "user:secret@h", "httpx://u:p@h", "h://http://h"];
        check_refused(BaseUrlError::NotHttp, &texts);
    }

    #[test]
    fn credentials_are_refused() {
        let texts = ["http://key@h", "http://user:secret@h:80/x", "http://@h", "http://h:80@evil"];
        check_refused(BaseUrlError::Credentials, &texts);
    }

    #[test]
    fn invalid_hosts_are_refused() {
        let texts = ["http://", "http:///path", "http://:80", "http://?", "http://.", "http://*"];
        check_refused(BaseUrlError::Host, &texts);
        let texts = ["http://-a", "http://a-.b", "http://a..b", "http://h,i", "http://h%00"];
        check_refused(BaseUrlError::Host, &texts);
        let texts = ["http://a b", "http://a\tb", "http://bücher.example", "http://h\u{202e}:80"];
        check_refused(BaseUrlError::Host, &texts);
        let texts =
            ["http://[]", "http://[::1", "http://::1", "http://[::1]x", "http://[fe80::1%25e]"];
        check_refused(BaseUrlError::Host, &texts);
        let texts =
            ["http://[::1]:80:80", "http://a:b:80", "http://127.0.0.256", "http://127.0.0.1."];
        check_refused(BaseUrlError::Host, &texts);
        let texts = ["http://127.1", "http://0x7f000001", "http://2130706433", "http://1.2.3.4.5"];
        check_refused(BaseUrlError::Host, &texts);
    }

    #[test]
    fn ports_that_are_none_are_refused() {
        let texts = ["http://h:", "http://h:/", "http://[::1]:", "http://h:0", "http://h:0080"];
        check_refused(BaseUrlError::Port, &texts);
        let texts = ["http://h:80800", "http://h:65536", "http://h:99999999999999999999"];
        check_refused(BaseUrlError::Port, &texts);
        let texts =
            ["http://h:+80", "http://h:-80", "http://h:80a", "http://h: 80", "http://h:80 "];
        check_refused(BaseUrlError::Port, &texts);
        check_refused(BaseUrlError::Port, &["http://h:８０", "http://user:secret"]);
    }

    #[test]
    fn queries_and_fragments_are_refused() {
        let texts = ["http://h?", "http://h/?key=k", "http://h#", "http://h/a#b"];
        check_refused(BaseUrlError::NotABase, &texts);
    }

    #[test]
    fn characters_that_no_url_has_are_refused() {
        let texts = ["http://h/ ", "http://h/a b", "http://h\\", "http://h\\@evil", "http://h/\n"];
        check_refused(BaseUrlError::Characters, &texts);
        check_refused(BaseUrlError::Characters, &["http://h/é", "http://h/\u{202e}", "http://h/<"]);
    }

    #[test]
    fn the_client_goes_where_the_address_says() {
        for (text, host, port) in [
            ("http://h:8080/a", "h", Some(8080)),
            ("http://[::1]:1", "[::1]", Some(1)),
            ("http://h", "h", None),
        ] {
            let uri: Uri = parse_base_url(text).unwrap().parse().unwrap();
            assert_eq!((uri.host(), uri.port_u16()), (Some(host), port));
        }
    }
}
