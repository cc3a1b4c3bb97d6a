//! A request as the imitated sites see it.

use crate::percent;

/// The path without a slash at its end.
fn without_last_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// The normalized path, for comparisons (RFC 3986, 6.2.2.2).
pub(crate) fn route(path: &str) -> String {
    percent::decode_unreserved(without_last_slash(path))
}

/// A request without what belongs to its connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApiRequest<'a> {
    pub(crate) method: &'a str,
    /// The host and port in the request.
    pub(crate) authority: &'a str,
    /// The path as it was sent, percent-encoded.
    pub(crate) path: &'a str,
    /// The query as it was sent, without the question mark; empty if there is none.
    pub(crate) query: &'a str,
    pub(crate) authorization: Option<&'a str>,
}

impl ApiRequest<'_> {
    /// The decoded rest of the path after `folder`; none if it is no text.
    pub(crate) fn id_after(&self, folder: &str) -> Option<String> {
        let depth = folder.matches('/').count();
        let id = without_last_slash(self.path).splitn(depth + 1, '/').nth(depth)?;
        String::from_utf8(percent::decode(id)).ok()
    }

    /// The query without credentials, for journals and scripts; none if nothing is left.
    ///
    /// A request that is signed in its query has other credentials each time, and is still the
    /// same request.
    pub(crate) fn public_query(&self) -> Option<String> {
        let is_public = |parameter: &&str| {
            let name = percent::decode_form(parameter.split('=').next().unwrap_or_default());
            !name.starts_with(b"oauth_") && name != b"access_token"
        };
        let query = self.query.split('&').filter(is_public).collect::<Vec<_>>().join("&");
        (!query.is_empty()).then_some(query)
    }

    /// The decoded value of a query parameter, the first if there are several.
    pub(crate) fn parameter(&self, wanted: &str) -> Option<String> {
        let (_, value) =
            percent::form_pairs(self.query).find(|(name, _)| name == wanted.as_bytes())?;
        Some(String::from_utf8_lossy(&value).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str) -> ApiRequest<'_> {
        ApiRequest { method: "GET", authority: "", path: "/", query, authorization: None }
    }

    #[test]
    fn credentials_are_nobodys_business() {
        let check = |query: &str, expected: Option<&str>| {
            assert_eq!(request(query).public_query().as_deref(), expected, "{query}");
        };
        check("", None);
        check("location=S%C3%A3o+Paulo&limit=20", Some("location=S%C3%A3o+Paulo&limit=20"));
        check("oauth_token=t&location=Austin&oauth_nonce=n", Some("location=Austin"));
        check("oauth%5Ftoken=t&oauth%5fsignature=s&access_token=a", None);
        check("term=oauth_token", Some("term=oauth_token"));
    }

    #[test]
    fn paths_are_decoded() {
        let check = |path: &str, id: Option<&str>| {
            let request = ApiRequest { path, ..request("") };
            assert_eq!(request.id_after("/v2/business/").as_deref(), id, "{path}");
            assert!(route(path).starts_with("/v2/business/"), "{path}");
        };
        check("/v2/business/a", Some("a"));
        check("/%762/b%75siness/%61%2Fb%25%2531/", Some("a/b%%31"));
        check("/v2/business/caf%C3%A9/%", Some("café/%"));
        check("/v2/business/%ff", None);
        assert_eq!(route("/v3/se%61rch%2F%2f%zz%7/"), "/v3/search%2F%2f%zz%7");
    }

    #[test]
    fn parameters_are_decoded() {
        let check = |query: &str, expected: Option<&str>| {
            assert_eq!(request(query).parameter("location").as_deref(), expected, "{query}");
        };
        check("limit=2&location=S%C3%A3o+Paulo&location=x", Some("São Paulo"));
        check("locati%6Fn=a%2Bb%26c%3Dd", Some("a+b&c=d"));
        check("location", Some(""));
        check("location=%zz%ff", Some("%zz\u{fffd}"));
        check("locations=x", None);
    }
}
