//! The credentials for Yelp. They are never in source code, arguments, messages between processes, or
//! output.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use mock_web::demo;
use serde::{Deserialize, Serialize};

use crate::Api;

/// The environment variables for the credentials of version 2.
const OAUTH_VARIABLES: [&str; 4] =
    ["YELP_CONSUMER_KEY", "YELP_CONSUMER_SECRET", "YELP_TOKEN", "YELP_TOKEN_SECRET"];

/// The environment variable for the key of version 3.
const KEY_VARIABLE: &str = "YELP_API_KEY";

/// The environment variable for the address of the database, which may hold a password.
pub const MONGODB_VARIABLE: &str = "MONGODB_URI";

const REDACTED: &str = "[redacted]";

/// The source of credentials. It is sent to other processes; the credentials are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The demo credentials that the local web accepts.
    Demo,
    /// The environment, or the file `.env`.
    Environment,
}

/// The secrets of the environment, by the names of their variables.
#[derive(Clone, Default)]
pub struct Environment {
    values: BTreeMap<&'static str, String>,
    /// Why variables without a value could not be read.
    obstacles: BTreeMap<&'static str, String>,
}

impl Environment {
    /// Reads each variable for secrets with `lookup`; blank values are ignored.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self::try_read(|name| Ok(lookup(name)))
    }

    /// Reads variables as [`Self::read`] does, with a `lookup` that can fail. Its error gives the reason
    /// without the value, and is shown only if a run needs that variable.
    pub fn try_read(lookup: impl Fn(&str) -> Result<Option<String>, String>) -> Self {
        let mut environment = Self::default();
        for name in OAUTH_VARIABLES.into_iter().chain([KEY_VARIABLE, MONGODB_VARIABLE]) {
            match lookup(name).map(|value| value.unwrap_or_default().trim().to_owned()) {
                Ok(value) if value.is_empty() => {}
                Ok(value) => drop(environment.values.insert(name, value)),
                Err(obstacle) => drop(environment.obstacles.insert(name, obstacle)),
            }
        }
        environment
    }

    /// The value of one variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Why a variable could not be read, if so.
    pub fn obstacle(&self, name: &str) -> Option<&str> {
        self.obstacles.get(name).map(String::as_str)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.values.keys()).finish()
    }
}

/// An error about credentials. No message contains any of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// Variables of the environment are not set.
    #[error(
        "{obstacles}no credentials for Yelp {api}: set {missing} in the environment, or write a \
         line NAME=value for each into a file .env in this folder, which git ignores. The local \
         web needs no credentials: leave out --live and --base-url to use it"
    )]
    Missing {
        /// The version of the API.
        api: &'static str,
        /// The names of the variables.
        missing: String,
        /// Why they could not be read, if so.
        obstacles: String,
    },
    /// The values of variables cannot be credentials.
    #[error(
        "cannot use {names}: the value, which is not shown here, has a line break or another \
         character that credentials do not have. Copy it again"
    )]
    Unusable {
        /// The names of the variables.
        names: String,
    },
}

/// The credentials of a version of the API.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// For version 2.
    OAuth(OAuthCredentials),
    /// For version 3.
    Key(String),
}

/// The two pairs of OAuth 1.0a: for the program, and for its user.
#[derive(Clone, PartialEq, Eq)]
pub struct OAuthCredentials {
    /// The key of the program.
    pub consumer_key: String,
    /// The secret of the program.
    pub consumer_secret: String,
    /// The token of the user.
    pub token: String,
    /// The secret of the user.
    pub token_secret: String,
}

impl Credentials {
    /// The credentials for a version of the API.
    ///
    /// # Errors
    /// When the environment lacks one of them, or one cannot be sent.
    pub fn find(
        source: Source,
        api: Api,
        environment: &Environment,
    ) -> Result<Self, CredentialsError> {
        match source {
            Source::Demo => Ok(Self::demo(api)),
            Source::Environment => Self::from_environment(api, environment),
        }
    }

    fn demo(api: Api) -> Self {
        match api {
            Api::V2 => Self::OAuth(OAuthCredentials {
                consumer_key: demo::CONSUMER_KEY.to_owned(),
                consumer_secret: demo::CONSUMER_SECRET.to_owned(),
                token: demo::TOKEN.to_owned(),
                token_secret: demo::TOKEN_SECRET.to_owned(),
            }),
            Api::V3 => Self::Key(demo::API_KEY.to_owned()),
        }
    }

    fn from_environment(api: Api, environment: &Environment) -> Result<Self, CredentialsError> {
        let names: &[&str] = match api {
            Api::V2 => &OAUTH_VARIABLES,
            Api::V3 => &[KEY_VARIABLE],
        };
        let missing: Vec<&str> =
            names.iter().copied().filter(|name| environment.get(name).is_none()).collect();
        if !missing.is_empty() {
            let obstacles: BTreeSet<&str> =
                missing.iter().filter_map(|name| environment.obstacle(name)).collect();
            let beginning = |obstacle| [obstacle, "; "];
            return Err(CredentialsError::Missing {
                api: api.name(),
                missing: missing.join(", "),
                obstacles: obstacles.into_iter().flat_map(beginning).collect(),
            });
        }
        let is_unusable = |name: &&str| {
            environment
                .get(name)
                .is_some_and(|value| !value.chars().all(|letter| fits(api, letter)))
        };
        let unusable: Vec<&str> = names.iter().copied().filter(is_unusable).collect();
        if !unusable.is_empty() {
            return Err(CredentialsError::Unusable { names: unusable.join(", ") });
        }
        let value = |name| environment.get(name).expect("no variable to be missing").to_owned();
        Ok(match api {
            Api::V2 => {
                let [consumer_key, consumer_secret, token, token_secret] =
                    OAUTH_VARIABLES.map(value);
                Self::OAuth(OAuthCredentials { consumer_key, consumer_secret, token, token_secret })
            }
            Api::V3 => Self::Key(value(KEY_VARIABLE)),
        })
    }

    /// Removes the credentials from a text: the error of a server may quote the request.
    pub fn redact(&self, text: &str) -> String {
        let secrets = match self {
            Self::OAuth(OAuthCredentials {
                consumer_key,
                consumer_secret,
                token,
                token_secret,
            }) => vec![consumer_key, consumer_secret, token, token_secret],
            Self::Key(key) => vec![key],
        };
        let mut redacted = text.to_owned();
        for secret in secrets {
            // Plain, as in an address, and as in the base string of a signature.
            let encoded = crate::api::encode(secret);
            for form in [&crate::api::encode(&encoded), &encoded, secret] {
                redacted = redacted.replace(form, REDACTED);
            }
        }
        redacted
    }
}

/// Whether a credential may have this character. The key of version 3 is sent unencoded in a header. The
/// credentials of version 2 are percent-encoded, so they may have letters of any script.
fn fits(api: Api, letter: char) -> bool {
    match api {
        Api::V2 => !letter.is_control(),
        Api::V3 => matches!(letter, ' '..='~'),
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::OAuth(_) => "OAuth",
            Self::Key(_) => "Key",
        };
        formatter.debug_tuple(name).field(&REDACTED).finish()
    }
}

impl fmt::Debug for OAuthCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("OAuthCredentials").field(&REDACTED).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::read(|name| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn missing_variables_are_named() {
        let some = environment(&[("YELP_TOKEN", "t"), ("YELP_CONSUMER_KEY", " "), ("HOME", "/")]);
        let check = |api, expected: &str| {
            let error = Credentials::find(Source::Environment, api, &some).expect_err("too few");
            let message = error.to_string();
            assert!(message.contains(&format!("set {expected} in")), "{message}");
        };
        check(Api::V2, "YELP_CONSUMER_KEY, YELP_CONSUMER_SECRET, YELP_TOKEN_SECRET");
        check(Api::V3, "YELP_API_KEY");
    }

    #[test]
    fn a_credential_that_cannot_be_sent_is_named_and_not_shown() {
        let check = |api, value: &str, is_usable: bool| {
            let environment = Environment::read(|_| Some(value.to_owned()));
            let found = Credentials::find(Source::Environment, api, &environment);
            let Err(error) = found else { return assert!(is_usable, "{value:?}") };
            let names =
                if api == Api::V2 { OAUTH_VARIABLES.join(", ") } else { KEY_VARIABLE.into() };
            let message = error.to_string();
            assert!(
                !is_usable && message.starts_with(&format!("cannot use {names}: ")),
                "{message}"
            );
            assert!(!message.contains("s3cr"), "{message}");
        };
        for control in
            ["s3cr\net", "s3cr\r\net", "s3cr\tet", "s3cr\0et", "s3cr\u{7f}", "\u{9b}s3cr"]
        {
            check(Api::V2, control, false);
            check(Api::V3, control, false);
        }
        for foreign in ["s3crét", "s3cr\u{200b}et", "“s3cret”"] {
            check(Api::V2, foreign, true);
            check(Api::V3, foreign, false);
        }
        for plain in ["s3cr-et_~.+/=", "\n s3cr et\r\n"] {
            check(Api::V2, plain, true);
            check(Api::V3, plain, true);
        }
    }

    #[test]
    fn obstacles_are_named_for_missing_variables_only() {
        let environment = Environment::try_read(|name| match name {
            "YELP_TOKEN" | "YELP_TOKEN_SECRET" => Err("cannot read .env: no".to_owned()),
            "YELP_API_KEY" => Ok(None),
            _ => Ok(Some("known".to_owned())),
        });
        let message = |api| {
            let found = Credentials::find(Source::Environment, api, &environment);
            found.expect_err("too few").to_string()
        };
        let both = "cannot read .env: no; no credentials for Yelp v2: set YELP_TOKEN, ";
        assert!(message(Api::V2).starts_with(both), "{}", message(Api::V2));
        assert!(message(Api::V3).starts_with("no credentials for Yelp v3: set YELP_API_KEY "));
    }

    #[test]
    fn secrets_are_neither_shown_nor_quoted() {
        let secrets = ["k%y/1", "s3cr+t", "t0ken", "t&ken-secret"];
        let pairs: Vec<_> = OAUTH_VARIABLES.into_iter().zip(secrets).collect();
        let environment = environment(&pairs);
        let credentials = Credentials::find(Source::Environment, Api::V2, &environment)
            .expect("all of them to be there");
        let Credentials::OAuth(parts) = &credentials else { panic!("{credentials:?}") };
        let once = secrets.map(crate::api::encode);
        let twice = once.clone().map(|text| crate::api::encode(&text));
        let quoted = format!("{secrets:?} {once:?} {twice:?}");
        let shown =
            format!("{environment:?} {credentials:?} {parts:?} {}", credentials.redact(&quoted));
        for secret in secrets.map(str::to_owned).iter().chain(&once).chain(&twice) {
            assert!(!shown.contains(secret.as_str()), "{secret} in {shown}");
        }
    }
}
