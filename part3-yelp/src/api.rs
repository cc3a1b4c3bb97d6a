//! The two versions of Yelp's API: their names, addresses and limits.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::{BusinessId, City};

/// The characters that are percent-encoded in URLs (RFC 3986, 2.3) and in OAuth (RFC 5849, 3.6).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// The version of the lab of 2015, which ended in 2018: each request is signed (OAuth 1.0a).
    V2,
    /// The current version: each request carries a key.
    V3,
}

/// An address and its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The address without the query, percent-encoded.
    pub address: String,
    /// Names and values of the query, not percent-encoded.
    pub query: Vec<(&'static str, String)>,
}

impl Api {
    /// Both versions.
    pub const ALL: [Self; 2] = [Self::V2, Self::V3];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }

    /// How many businesses a search returns at most.
    pub fn page_max(self) -> usize {
        match self {
            Self::V2 => 40,
            Self::V3 => 50,
        }
    }

    /// The target of a search for `limit` businesses of a city, from `offset` on.
    pub fn search(self, base_url: &str, city: &City, limit: usize, offset: usize) -> Target {
        let path = match self {
            Self::V2 => "v2/search",
            Self::V3 => "v3/businesses/search",
        };
        let mut query = vec![("location", city.name().to_owned()), ("limit", limit.to_string())];
        if offset > 0 {
            query.push(("offset", offset.to_string()));
        }
        Target { address: format!("{base_url}/{path}"), query }
    }

    /// The target of one business.
    pub fn business(self, base_url: &str, id: &BusinessId) -> Target {
        let path = match self {
            Self::V2 => "v2/business",
            Self::V3 => "v3/businesses",
        };
        let address = format!("{base_url}/{path}/{}", encode(id.as_str()));
        Target { address, query: Vec::new() }
    }
}

impl Target {
    /// The URL as it is sent.
    pub fn url(&self) -> String {
        let pairs: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        if pairs.is_empty() {
            self.address.clone()
        } else {
            format!("{}?{}", self.address, pairs.join("&"))
        }
    }
}

/// Percent-encodes all characters with a meaning in URLs, and all that are not ASCII.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cities;

    #[test]
    fn addresses_hold_any_name() {
        let city = &cities::parse("São Paulo / 東京?".as_bytes()).expect("a city").cities[0];
        assert_eq!(
            Api::V2.search("http://h", city, 20, 0).url(),
            "http://h/v2/search?location=S%C3%A3o%20Paulo%20%2F%20%E6%9D%B1%E4%BA%AC%3F&limit=20"
        );
        assert_eq!(
            Api::V3.search("http://h", city, 50, 100).query[1..],
            [("limit", "50".to_owned()), ("offset", "100".to_owned())]
        );
        let id = BusinessId::from("a/b?c#d%e-café");
        assert_eq!(
            Api::V3.business("http://h", &id).url(),
            "http://h/v3/businesses/a%2Fb%3Fc%23d%25e-caf%C3%A9"
        );
    }
}
