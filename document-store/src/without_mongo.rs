//! The stand-in for the MongoDB store in a build without its driver: refuses every use.

use std::str::FromStr;

use crate::{Collection, Purpose, Store, StoreError};

/// A MongoDB connection string; this build accepts none, so no value exists.
pub enum MongodbUri {}

impl FromStr for MongodbUri {
    type Err = StoreError;

    fn from_str(_: &str) -> Result<Self, StoreError> {
        Err(StoreError::WithoutMongodb)
    }
}

/// Opens a store; never called, since no connection string exists.
pub(crate) fn open(
    uri: &MongodbUri,
    _: &Collection,
    _: Purpose,
) -> Result<Box<dyn Store>, StoreError> {
    match *uri {}
}
