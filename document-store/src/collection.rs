//! Names of collections, safe as names in SQLite and MongoDB.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The beginning of all names.
const BUSINESS: &str = "business";

/// The longest name; MongoDB allows 255 bytes together with the database's name.
const LETTERS_MAX: usize = 60;

/// A collection: a set of documents at a location: `business`, or `business_NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Collection(String);

/// An error in a collection's name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "{name:?} names no collection: write business, or business_ and up to {} lowercase letters, \
     digits and underscores", LETTERS_MAX - BUSINESS.len() - 1
)]
pub struct CollectionError {
    name: String,
}

impl Collection {
    /// The collection for a run of one variant.
    pub fn business() -> Self {
        Self(BUSINESS.to_owned())
    }

    /// The collection of a variant, for a run that compares several; `-` becomes `_`.
    ///
    /// # Errors
    /// When the variant's name holds anything but lowercase letters, digits, `-` and `_`, or
    /// nothing, or too much.
    pub fn of_variant(variant: &str) -> Result<Self, CollectionError> {
        Self::try_from(format!("{BUSINESS}_{}", variant.replace('-', "_")))
    }

    /// The name, as the databases know it.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Collection {
    type Error = CollectionError;

    fn try_from(name: String) -> Result<Self, CollectionError> {
        let rest = name.strip_prefix(BUSINESS);
        let is_safe = |rest: &str| {
            let of_variant = rest.strip_prefix('_').unwrap_or_default();
            let is_allowed = |letter: u8| matches!(letter, b'a'..=b'z' | b'0'..=b'9' | b'_');
            !of_variant.is_empty() && of_variant.bytes().all(is_allowed)
        };
        if name.len() <= LETTERS_MAX && rest.is_some_and(|rest| rest.is_empty() || is_safe(rest)) {
            Ok(Self(name))
        } else {
            Err(CollectionError { name })
        }
    }
}

impl From<Collection> for String {
    fn from(collection: Collection) -> Self {
        collection.0
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe() {
        let check = |name: &str, is_safe| {
            assert_eq!(Collection::try_from(name.to_owned()).is_ok(), is_safe, "{name}");
        };
        check("business", true);
        check("business_sequential", true);
        check("business_work_queue_2", true);
        check("business_", false);
        check("businesses", false);
        check("business_Étage", false);
        check("business_a b", false);
        check("business_a; drop table business", false);
        check("system.users", false);
        check("", false);
        check(&format!("business_{}", "x".repeat(LETTERS_MAX)), false);
    }

    #[test]
    fn variants_have_a_collection_of_their_own() {
        assert_eq!(Collection::of_variant("work-queue").unwrap().name(), "business_work_queue");
        assert!(Collection::of_variant("").is_err());
        assert!(Collection::of_variant("Fast").is_err());
    }

    #[test]
    fn names_from_another_process_are_checked() {
        let json = serde_json::to_string(&Collection::business()).unwrap();
        assert_eq!(json, r#""business""#);
        assert_eq!(serde_json::from_str::<Collection>(&json).unwrap(), Collection::business());
        assert!(serde_json::from_str::<Collection>(r#""a\"b""#).is_err());
    }
}
