//! Locations of stores, as users write them after `--store`.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

/// The default SQLite file.
const DEFAULT_FILE: &str = "target/lab/yelp.db";

/// The advice for a build without the MongoDB driver.
pub(crate) const WITHOUT_MONGODB: &str =
    "this build has no MongoDB driver: build it with the feature mongodb";

/// The location of a store, which is sent to worker processes and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreLocation {
    /// An SQLite file on a local disk; over NFS, its log would be damaged.
    Sqlite(PathBuf),
    /// The MongoDB of `MONGODB_URI`.
    Mongodb,
}

/// An error in a location.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum StoreLocationError {
    /// It may have a password, which `ps` shows to all users.
    #[error(
        "a connection string does not belong here, where ps shows it to everyone: put it into \
         MONGODB_URI, and write --store mongodb"
    )]
    ConnectionString,
    /// It is a path that programs interpret differently.
    #[error("programs read {text:?} in different ways: {advice}")]
    Misleading {
        /// The text.
        text: String,
        /// The text to write instead.
        advice: &'static str,
    },
    /// It is a store that this build does not have.
    #[error("{WITHOUT_MONGODB}")]
    WithoutMongodb,
    /// It is unknown.
    #[error("{text:?} is not a store: write sqlite, sqlite:PATH or mongodb")]
    Unknown {
        /// The text.
        text: String,
    },
}

impl Default for StoreLocation {
    fn default() -> Self {
        Self::Sqlite(Path::new(DEFAULT_FILE).to_owned())
    }
}

impl FromStr for StoreLocation {
    type Err = StoreLocationError;

    fn from_str(text: &str) -> Result<Self, StoreLocationError> {
        match text.split_once(':') {
            None if text == "sqlite" => Ok(Self::default()),
            None if text == "mongodb" && cfg!(feature = "mongodb") => Ok(Self::Mongodb),
            None if text == "mongodb" => Err(StoreLocationError::WithoutMongodb),
            Some(("sqlite", path)) if path.contains("://") && path.contains('@') => {
                Err(StoreLocationError::ConnectionString)
            }
            Some(("sqlite", path)) if !path.is_empty() => match advice(path) {
                None => Ok(Self::Sqlite(PathBuf::from(path))),
                Some(advice) => {
                    Err(StoreLocationError::Misleading { text: text.to_owned(), advice })
                }
            },
            Some((scheme, _)) if scheme.starts_with("mongo") => {
                Err(StoreLocationError::ConnectionString)
            }
            _ if text.contains('@') => Err(StoreLocationError::ConnectionString),
            _ => Err(StoreLocationError::Unknown { text: text.to_owned() }),
        }
    }
}

/// The advice for a path that programs interpret differently.
fn advice(path: &str) -> Option<&'static str> {
    if path.starts_with('~') {
        // Shells replace it at the beginning of a word only.
        Some("write sqlite:\"$HOME\"/PATH, or sqlite:./~PATH for a file of that name")
    } else if path.starts_with("//") || path.starts_with("file:") || path.contains("://") {
        // Some libraries count the slashes of a URL in one way, some in another.
        Some("write sqlite:/PATH from the root, or sqlite:PATH from this folder")
    } else if path == ":memory:" {
        Some("a store in memory would end with the program; name a file, as in sqlite:PATH")
    } else {
        None
    }
}

impl fmt::Display for StoreLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(formatter, "sqlite:{}", path.display()),
            Self::Mongodb => formatter.write_str("mongodb"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_written_alike() {
        for text in ["sqlite:/tmp/a b.db", "sqlite:target/lab/yelp.db", "sqlite:a:b", "mongodb"] {
            assert_eq!(text.parse::<StoreLocation>().unwrap().to_string(), text);
        }
        assert_eq!("sqlite".parse(), Ok(StoreLocation::default()));
        for text in ["", "sqlite:", "SQLITE", "yelp.db", "postgres://host"] {
            assert_eq!(
                text.parse::<StoreLocation>(),
                Err(StoreLocationError::Unknown { text: text.to_owned() })
            );
        }
    }

    #[test]
    fn paths_that_mean_something_else_elsewhere_are_refused() {
        for (text, instead) in [
            ("sqlite:~/yelp.db", "$HOME"),
            ("sqlite:~me/yelp.db", "$HOME"),
            ("sqlite:~", "$HOME"),
            ("sqlite://yelp.db", "sqlite:PATH from this folder"),
            ("sqlite:///tmp/yelp.db", "sqlite:/PATH from the root"),
            ("sqlite:file:///tmp/yelp.db", "sqlite:/PATH from the root"),
            ("sqlite:file:yelp.db?mode=memory", "sqlite:PATH from this folder"),
            ("sqlite:https://host/yelp.db", "sqlite:PATH from this folder"),
            ("sqlite::memory:", "name a file"),
        ] {
            let error = text.parse::<StoreLocation>().unwrap_err().to_string();
            assert!(error.contains(text) && error.contains(instead), "{error}");
        }
        assert!("sqlite:./~".parse::<StoreLocation>().is_ok());
    }

    #[test]
    fn connection_strings_are_refused_and_not_repeated() {
        for text in [
            "mongodb://user:secret@host",
            "mongodb+srv://user:secret@host",
            "sqlite:mongodb://user:secret@host/db",
            "me:secret@h",
        ] {
            let error = text.parse::<StoreLocation>().unwrap_err();
            assert_eq!(error, StoreLocationError::ConnectionString);
            assert!(!error.to_string().contains("secret"));
        }
    }
}
