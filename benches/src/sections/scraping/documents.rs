//! Counts the documents in the database, whichever program stored them.

use document_store::{Collection, Purpose, StoreError, StoreLocation};
use part3_yelp::{credentials::Environment, scraper::open_store};

/// An action on the documents of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Count them.
    Count,
    /// Remove them.
    Clear,
}

impl Measure {
    /// All actions.
    pub const ALL: [Self; 2] = [Self::Count, Self::Clear];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Clear => "clear",
        }
    }

    /// Performs the action, and returns the number of documents afterwards.
    ///
    /// # Errors
    /// When there is no database, or it fails.
    pub fn take(
        self,
        collection: &Collection,
        environment: &Environment,
    ) -> Result<u64, StoreError> {
        let mut store =
            open_store(&StoreLocation::Mongodb, collection, environment, Purpose::Begin)?;
        if self == Self::Clear {
            store.clear()?;
        }
        store.count()
    }
}
