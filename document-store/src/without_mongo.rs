//! Stands for the store of MongoDB in a build without its driver: every use is refused.

use std::str::FromStr;

use crate::{Collection, Purpose, Store, StoreError};

/// A connection string of MongoDB: this build accepts none, so there is no value of this type.
pub enum MongodbUri {}

impl FromStr for MongodbUri {
    type Err = StoreError;

    fn from_str(_: &str) -> Result<Self, StoreError> {
        Err(StoreError::WithoutMongodb)
    }
}

/// Never called, since nobody has a connection string.
pub(crate) fn open(
    uri: &MongodbUri,
    _: &Collection,
    _: Purpose,
) -> Result<Box<dyn Store>, StoreError> {
    match *uri {}
}
