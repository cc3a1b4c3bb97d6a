//! The connection string, which hides its password.

use std::{fmt, str::FromStr};

use mongodb::{
    error::Error,
    options::{ClientOptions, ConnectionString},
};

use super::StoreError;

/// The replacement for secrets.
const HIDDEN: &str = "***";

/// A MongoDB connection string, displayed without user and password.
#[derive(Clone, PartialEq, Eq)]
pub struct MongodbUri(String);

impl MongodbUri {
    /// The driver's options; asks the name server for `mongodb+srv://`.
    pub(super) fn options(&self) -> Result<ClientOptions, Error> {
        ClientOptions::parse(self.0.as_str()).run()
    }

    /// Removes the secrets of this connection string from a text.
    pub(super) fn scrub(&self, text: &str) -> String {
        let mut scrubbed = text.replace(&self.0, &self.to_string());
        if let Some((user_info, _)) = self.split() {
            let password = user_info.split_once(':').map_or("", |(_, password)| password);
            for secret in [password.to_owned(), percent_decoded(password)] {
                if !secret.is_empty() {
                    scrubbed = scrubbed.replace(&secret, HIDDEN);
                }
            }
        }
        scrubbed
    }

    /// The parts before and after the last `@`; none if there is no user.
    fn split(&self) -> Option<(&str, &str)> {
        let (_, after_scheme) = self.0.split_once("://")?;
        after_scheme.rsplit_once('@')
    }
}

impl FromStr for MongodbUri {
    type Err = StoreError;

    /// Parses a connection string, without asking a server.
    fn from_str(text: &str) -> Result<Self, StoreError> {
        let uri = Self(text.to_owned());
        match ConnectionString::parse(text) {
            Ok(_) => Ok(uri),
            Err(error) => {
                // The driver quotes what it does not understand, and that could be a password.
                let options = text.to_ascii_lowercase();
                let holds_secrets = uri.to_string().contains(HIDDEN)
                    || ["password", "token"].iter().any(|secret| options.contains(secret));
                let reason = if holds_secrets { String::new() } else { error.kind.to_string() };
                Err(StoreError::BadUri { reason: format!("{uri} {reason}").trim().to_owned() })
            }
        }
    }
}

impl fmt::Display for MongodbUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme @ ("mongodb" | "mongodb+srv"), after_scheme)) = self.0.split_once("://")
        else {
            return formatter.write_str(HIDDEN);
        };
        let (user, rest) = match self.split() {
            Some((_, rest)) => (format!("{HIDDEN}@"), rest),
            None => (String::new(), after_scheme),
        };
        // Options may be secrets too, as the password of a proxy is.
        let (hosts, options) = match rest.split_once('?') {
            Some((hosts, _)) => (hosts, "?…"),
            None => (rest, ""),
        };
        let (hosts, database) = hosts.split_once('/').unwrap_or((hosts, ""));
        // `USER:PASSWORD` without `@HOST` looks like a host with a port.
        let is_host =
            |host: &str| host.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok());
        let hosts = if hosts.split(',').all(is_host) { hosts } else { HIDDEN };
        let slash = if database.is_empty() { "" } else { "/" };
        write!(formatter, "{scheme}://{user}{hosts}{slash}{database}{options}")
    }
}

impl fmt::Debug for MongodbUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("MongodbUri").field(&self.to_string()).finish()
    }
}

/// Percent-decodes a text (RFC 3986, section 2.1); other text stays.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = (*first == b'%').then(|| after.get(..2)).flatten();
        let code = code.and_then(|code| str::from_utf8(code).ok());
        let decoded = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_displayed_form_has_no_secret() {
        let check = |text: &str, shown: &str| {
            let uri = MongodbUri(text.to_owned());
            assert_eq!(uri.to_string(), shown, "{text}");
            assert_eq!(format!("{uri:?}"), format!("MongodbUri({shown:?})"));
        };
        check("mongodb://localhost", "mongodb://localhost");
        check("mongodb://a:27017,b:27018/yelp", "mongodb://a:27017,b:27018/yelp");
        check("mongodb://me:secret@host:1/yelp?w=1", "mongodb://***@host:1/yelp?…");
        check("mongodb+srv://me:se%40cret@host", "mongodb+srv://***@host");
        check("mongodb://me:se@cret/?@host", "mongodb://***@host");
        check("mongodb://host/?proxyPassword=secret", "mongodb://host?…");
        check("mongodb://me:secret", "mongodb://***");
        check("mongodb://me:sec?ret", "mongodb://***?…");
        check("me:secret@host", "***");
        check("secret://host", "***");
        check("mongodb://%2Ftmp%2Fmongod.sock", "mongodb://%2Ftmp%2Fmongod.sock");
    }

    #[test]
    fn errors_hold_no_secret() {
        for text in [
            "mongodb://me:secret",
            "mongodb://me:secret/word@host",
            "mongodb://me:sec?secret@host",
            "mongodb://me:%secret@host",
            "mongodb:/me:secret@host",
            "secret://me@host",
            "",
        ] {
            let error = text.parse::<MongodbUri>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
            assert!(error.to_string().contains("MONGODB_URI"), "{error}");
        }
    }

    #[test]
    fn texts_are_scrubbed() {
        let uri = MongodbUri("mongodb://me:s%40crét@host/yelp".to_owned());
        let text = "mongodb://me:s%40crét@host/yelp failed: s@crét, s%40crét";
        assert_eq!(uri.scrub(text), "mongodb://***@host/yelp failed: ***, ***");
        let plain = MongodbUri("mongodb://host".to_owned());
        assert_eq!(plain.scrub("connection refused"), "connection refused");
    }
}
