//! Reads the proxy from the environment, as curl does, or refuses it.

use std::{env, net::IpAddr};

use ureq::http::Uri;

/// The schemes that the library supports.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// An error about the proxy in the environment. Its address is not shown, since it may hold a
/// password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// The scheme is not supported.
    #[error(
        "cannot use the proxy in {variable}: its scheme is {scheme:?}, and only http, https, \
         socks4, socks4a, socks5 and socks5h are supported (change or unset {variable})"
    )]
    UnknownScheme {
        /// The variable that names it.
        variable: &'static str,
        /// Its scheme.
        scheme: String,
    },
    /// The proxy has no valid address.
    #[error(
        "cannot use the proxy in {variable}: its value, which is not shown since it may hold a \
         password, is not an address such as http://127.0.0.1:3128 (change or unset {variable})"
    )]
    NotAnAddress {
        /// The variable that names it.
        variable: &'static str,
    },
}

/// The proxy for this address, if any.
pub(crate) fn of(uri: &Uri) -> Result<Option<ureq::Proxy>, ProxyError> {
    in_environment(uri, |name| Some(env::var_os(name)?.to_string_lossy().into_owned()))
}

/// The proxy for this address, in a given environment.
///
/// A variable that is empty is as good as none. `HTTP_PROXY` is not read: a web server passes it to
/// its programs as a header of a request, in the words of its sender.
fn in_environment(
    uri: &Uri,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<ureq::Proxy>, ProxyError> {
    let names: &[&'static str] = match uri.scheme_str() {
        Some("https") => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        _ => &["http_proxy", "all_proxy", "ALL_PROXY"],
    };
    let first = |names: &[&'static str]| {
        names.iter().find_map(|&name| {
            let value = variable(name)?;
            (!value.is_empty()).then_some((name, value))
        })
    };
    let Some((variable, address)) = first(names) else { return Ok(None) };
    if let Some((_, exceptions)) = first(&["no_proxy", "NO_PROXY"])
        && is_exception(&exceptions, uri)
    {
        return Ok(None);
    }
    parse(variable, address.trim()).map(Some)
}

fn parse(variable: &'static str, address: &str) -> Result<ureq::Proxy, ProxyError> {
    let not_an_address = || ProxyError::NotAnAddress { variable };
    if let Some((scheme, _)) = address.split_once("://")
        && !SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known))
    {
        // What stands there may be anything, a password included, unless it reads like a scheme.
        let is_scheme = |char: char| char.is_ascii_alphanumeric() || "+-.".contains(char);
        return Err(if scheme.is_empty() || !scheme.chars().all(is_scheme) {
            not_an_address()
        } else {
            ProxyError::UnknownScheme { variable, scheme: scheme.to_owned() }
        });
    }
    let proxy = ureq::Proxy::new(address).map_err(|_| not_an_address())?;
    // The library would take another port for one that is none.
    let authority = proxy.uri().authority().ok_or_else(not_an_address)?;
    let host_and_port = authority.as_str().rsplit('@').next().unwrap_or_default();
    let has_port = host_and_port.len() > authority.host().len();
    if authority.host().is_empty() || (has_port && authority.port_u16().is_none_or(|it| it == 0)) {
        return Err(not_an_address());
    }
    Ok(proxy)
}

/// Whether `NO_PROXY` excepts this address.
///
/// `*` excepts all. Otherwise it is a list, separated by commas or blanks. An entry is the end of
/// names, an IP address, or a block of addresses (CIDR). An entry with a port excepts only that port.
fn is_exception(exceptions: &str, uri: &Uri) -> bool {
    if exceptions.trim() == "*" {
        return true;
    }
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.');
    let default_port = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    let port = uri.port_u16().unwrap_or(default_port);
    let is_separator = |char: char| char == ',' || char.is_ascii_whitespace();
    exceptions.split(is_separator).filter(|entry| !entry.is_empty()).any(|entry| {
        let (name, of_port) = split_port(entry);
        of_port.is_none_or(|it| it == port)
            && match host.parse() {
                Ok(address) => is_in_block(address, name),
                Err(_) => is_below(host, name),
            }
    })
}

/// Splits an entry into host and port, without brackets. An IPv6 address has a port only behind
/// brackets.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    let (name, port) = match entry.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or((rest, "")),
        None => match entry.split_once(':') {
            Some((name, port)) if !port.contains(':') => (name, port),
            _ => (entry, ""),
        },
    };
    (name, port.trim_start_matches(':').parse().ok())
}

/// Whether a host is this name or below it; leading and trailing dots do not matter.
fn is_below(host: &str, name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let name = name.strip_prefix('.').unwrap_or(name).to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    match host.strip_suffix(&name) {
        Some(rest) => !name.is_empty() && (rest.is_empty() || rest.ends_with('.')),
        None => false,
    }
}

/// Whether an address is this one, or in this block of addresses.
fn is_in_block(address: IpAddr, block: &str) -> bool {
    let (network, prefix) = match block.split_once('/') {
        Some((network, prefix)) => (network, prefix.parse().ok()),
        None => (block, Some(128)),
    };
    let (Ok(network), Some(prefix_bits)) = (network.parse(), prefix) else { return false };
    let same_prefix = |one: u128, other: u128, bits: u32| {
        let free_bits = bits.saturating_sub(prefix_bits);
        (one ^ other).checked_shr(free_bits).unwrap_or(0) == 0
    };
    match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            same_prefix(u32::from(one).into(), u32::from(other).into(), u32::BITS)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => same_prefix(one.into(), other.into(), u128::BITS),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: &str = "https://hn.algolia.com/api/v1/items/1";

    /// The proxy for an address, as scheme, host and port.
    fn proxy_for(url: &str, variables: &[(&str, &str)]) -> Result<Option<String>, ProxyError> {
        let variable = |wanted: &str| {
            let (_, value) = variables.iter().find(|(name, _)| *name == wanted)?;
            Some((*value).to_owned())
        };
        let proxy = in_environment(&url.parse().expect("an address"), variable)?;
        Ok(proxy.map(|it| format!("{:?} {}:{}", it.protocol(), it.host(), it.port())))
    }

    #[test]
    fn variables_have_an_order() {
        let check = |variables: &[(&str, &str)], expected: Option<&str>| {
            assert_eq!(
                proxy_for(LIVE, variables),
                Ok(expected.map(str::to_owned)),
                "{variables:?}"
            );
        };
        check(&[], None);
        check(&[("HTTPS_PROXY", "a:1")], Some("Http a:1"));
        check(&[("https_proxy", "b:1"), ("HTTPS_PROXY", "a:1")], Some("Http b:1"));
        check(&[("ALL_PROXY", "c:1"), ("HTTPS_PROXY", "a:1")], Some("Http a:1"));
        check(&[("ALL_PROXY", "c:1"), ("all_proxy", "d:1")], Some("Http d:1"));
        check(&[("HTTPS_PROXY", ""), ("ALL_PROXY", "c:1")], Some("Http c:1"));
        check(&[("http_proxy", "e:1"), ("HTTP_PROXY", "f:1")], None);
        let plain = |variables| proxy_for("http://host/", variables).map(Option::unwrap_or_default);
        assert_eq!(plain(&[("HTTP_PROXY", "f:1"), ("https_proxy", "a:1")]), Ok(String::new()));
        assert_eq!(plain(&[("http_proxy", "e:1")]), Ok("Http e:1".to_owned()));
    }

    #[test]
    fn every_kind_of_proxy_is_used_or_refused_by_name() {
        let check = |address: &str, expected: &str| {
            let proxy = proxy_for(LIVE, &[("ALL_PROXY", address)]);
            assert_eq!(proxy, Ok(Some(expected.to_owned())), "{address}");
        };
        check("http://user:pass@h:3128/", "Http h:3128");
        check(" HTTPS://h:1 ", "Https h:1");
        check("socks4://h:1", "Socks4 h:1");
        check("socks4a://h", "Socks4A h:1080");
        check("socks5://u:p@127.0.0.1:1080", "Socks5 127.0.0.1:1080");
        check("socks5h://[::1]:9", "Socks5h [::1]:9");
        for address in [
            "http://u:secret@h:70000",
            "socks5://u:secret@h:0",
            "u:secret@",
            "http://",
            "a b",
            "u:sec://ret@h",
            "://secret",
            "u:%ff@h:1",
        ] {
            let error = proxy_for(LIVE, &[("ALL_PROXY", address)]).expect_err(address);
            assert_eq!(error, ProxyError::NotAnAddress { variable: "ALL_PROXY" }, "{address}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        for scheme in ["ftp", "socks", "socks6"] {
            let error = proxy_for(LIVE, &[("all_proxy", &format!("{scheme}://u:secret@h:1"))]);
            let error = error.expect_err(scheme).to_string();
            assert!(error.contains(&format!("all_proxy: its scheme is {scheme:?}")), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn exceptions_are_read_as_curl_reads_them() {
        let check = |exceptions: &str, host: &str, is_exception: bool| {
            let url = format!("https://{host}/");
            let proxy = proxy_for(&url, &[("ALL_PROXY", "p:1"), ("NO_PROXY", exceptions)]);
            assert_eq!(proxy.expect("a proxy").is_none(), is_exception, "{exceptions} {host}");
        };
        check("*", "hn.algolia.com", true);
        check("", "hn.algolia.com", false);
        for of_all in ["algolia.com", ".algolia.com", "ALGOLIA.com.", "a b,hn.algolia.com", "com"] {
            check(of_all, "hn.algolia.com", true);
            check(of_all, "HN.Algolia.com.", true);
            check(of_all, "hn.algolia.org", false);
        }
        check("golia.com, *.com, algolia.com:80", "hn.algolia.com", false);
        check("algolia.com:443", "hn.algolia.com", true);
        check("algolia.com:8443", "hn.algolia.com:8443", true);
        check("10.0.0.0/8", "10.1.2.3", true);
        check("10.0.0.0/8", "11.1.2.3", false);
        check("10.1.2.3,  10.1.2.4:443", "10.1.2.4", true);
        check("10.1.2.4:80", "10.1.2.4", false);
        check("0.0.0.0/0", "10.1.2.3", true);
        check("10.0.0.0/x 2.3", "10.1.2.3", false);
        check("::1", "[::1]", true);
        check("[::1]:443", "[::1]", true);
        check("[::1]:80", "[::1]", false);
        check("fd00::/8", "[fd12::1]", true);
        check("fd00::/8", "[fe80::1]", false);
        let variables = [("ALL_PROXY", "p:1"), ("NO_PROXY", "algolia.com"), ("no_proxy", "x")];
        assert!(proxy_for(LIVE, &variables).expect("a proxy").is_some(), "no_proxy goes first");
    }
}
