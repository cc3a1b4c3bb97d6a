//! The judge of part 3 and its peers: how many documents are in the database, whichever program stored them.

use document_store::{Collection, Purpose, StoreError, StoreLocation};
use part3_yelp::{credentials::Environment, scraper::open_store};

/// What to do with the documents of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Only count them.
    Count,
    /// Remove them all.
    Clear,
}

impl Measure {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Count, Self::Clear];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Clear => "clear",
        }
    }

    /// Takes it, and tells how many documents there are then.
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
