//! Keeps JSON documents: one small trait, [`Store`], with SQLite and MongoDB behind it.
//!
//! A document is the text of a JSON object under an id. Beside it stand the time at which it was
//! fetched, the time at which it expires, and the cities whose searches found it: the documents of
//! this lab are businesses.
//!
//! A store takes documents in batches. A document with a known id replaces the one before, so that a
//! batch may be put twice. Several processes may write at once, each with a store that it opened
//! itself.
//!
//! SQLite is compiled in, and needs a path and nothing else. The driver of MongoDB comes with the
//! feature `mongodb`.
//!
//! ```
//! use document_store::{Collection, Document, StoreLocation, Purpose, open};
//!
//! # let folder = tempfile::tempdir()?;
//! let place = StoreLocation::Sqlite(folder.path().join("documents.db"));
//! let mut store = open(&place, &Collection::business(), None, Purpose::Begin)?;
//! let document = Document {
//!     id: "blue-bottle".to_owned(),
//!     cities: ["Oakland".to_owned()].into(),
//!     fetched_at: common::stopwatch::unix_time(),
//!     expires_at: None,
//!     body: r#"{"name": "Blue Bottle", "rating": 4.5}"#.to_owned(),
//! };
//! store.put(std::slice::from_ref(&document))?;
//! store.put(std::slice::from_ref(&document))?;
//!
//! assert_eq!(store.count()?, 1);
//! let found = store.get("blue-bottle")?.expect("the document that was put");
//! assert_eq!(found.body, document.body);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod collection;
mod error;
mod interruptible;
mod location;
#[cfg(feature = "mongodb")]
mod mongo;
mod sqlite;
pub mod surrogates;
mod timestamp;
#[cfg(not(feature = "mongodb"))]
mod without_mongo;

use std::{
    collections::{BTreeSet, HashSet},
    io,
    time::Duration,
};

#[cfg(not(feature = "mongodb"))]
use self::without_mongo as mongo;
pub use self::{
    collection::{Collection, CollectionError},
    error::{Refusal, StoreError},
    interruptible::InterruptibleStore,
    location::{StoreLocation, StoreLocationError},
    mongo::MongodbUri,
};

/// A document: the JSON that an API sent, unchanged, and data about it.
///
/// Times are kept to the millisecond, and have to lie before the year 10000.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The id from the API, of any characters.
    pub id: String,
    /// The cities whose searches found it; there may be several.
    pub cities: BTreeSet<String>,
    /// The time of the API's answer, since 1970 in UTC.
    pub fetched_at: Duration,
    /// The time from which on it must not be shown; none if there is none.
    pub expires_at: Option<Duration>,
    /// The JSON object that the API sent.
    pub body: String,
}

impl Document {
    /// The first of its cities in alphabetical order, for displays of one city.
    pub fn city(&self) -> &str {
        self.cities.first().map_or("", String::as_str)
    }
}

/// The purpose for which a collection is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Reading: it creates and changes nothing, and waits for no writer.
    Read,
    /// Writing at the beginning of a run: an unreachable server is an error after 2 seconds.
    Begin,
    /// Writing during a run: a replica set gets the time to elect another primary.
    Continue,
}

/// A collection of documents.
///
/// Documents that have expired are as good as gone: no method returns them.
pub trait Store: Send {
    /// Stores documents; each replaces the one with its id, and adds that one's cities to its own.
    ///
    /// After `Ok`, they outlive a `kill -9` of this process and, if there is one, of the server.
    ///
    /// # Errors
    /// [`StoreError::Refused`] names the documents that cannot be kept as they are: all others were
    /// kept. After any other error, it is not known which were; to try again does no harm.
    fn put(&mut self, documents: &[Document]) -> Result<(), StoreError>;

    /// Adds a city to these documents; missing ones are ignored.
    ///
    /// # Errors
    /// When the database fails.
    fn add_city(&mut self, ids: &[String], city: &str) -> Result<(), StoreError>;

    /// The ids of those documents that were fetched at this time or later.
    ///
    /// # Errors
    /// When the database fails.
    fn kept_since(
        &mut self,
        ids: &[String],
        not_before: Duration,
    ) -> Result<HashSet<String>, StoreError>;

    /// The number of documents.
    ///
    /// # Errors
    /// When the database fails.
    fn count(&mut self) -> Result<u64, StoreError>;

    /// The document with this id, if there is one.
    ///
    /// Its body is equal, as JSON, to the one that was put; in SQLite, also byte by byte.
    ///
    /// # Errors
    /// When the database fails, or another program left something there that is no such document.
    fn get(&mut self, id: &str) -> Result<Option<Document>, StoreError>;

    /// Visits all documents, in the order of the bytes of their ids.
    ///
    /// # Errors
    /// When the database fails; when `visit` fails, which ends the visit; and at the end, when another
    /// program left something there that is no such document.
    fn for_each(
        &mut self,
        visit: &mut dyn FnMut(Document) -> io::Result<()>,
    ) -> Result<(), StoreError>;

    /// Removes all documents of this collection, and none of another.
    ///
    /// # Errors
    /// When the database fails.
    fn clear(&mut self) -> Result<(), StoreError>;
}

/// Opens a collection, and creates it unless it is only read.
///
/// To be called once a process, not once a thread: a store of MongoDB has connections and threads
/// of its own. It also blocks, and panics within a tokio runtime.
///
/// # Errors
/// When the place cannot be opened, reached or written to; to look, also when it is not there.
pub fn open(
    location: &StoreLocation,
    collection: &Collection,
    mongodb_uri: Option<&MongodbUri>,
    purpose: Purpose,
) -> Result<Box<dyn Store>, StoreError> {
    match location {
        StoreLocation::Sqlite(path) => {
            Ok(Box::new(sqlite::SqliteStore::open(path, collection, purpose)?))
        }
        StoreLocation::Mongodb => {
            let uri = mongodb_uri.ok_or(StoreError::NoUri)?;
            mongo::open(uri, collection, purpose)
        }
    }
}

/// Prepares documents for a database; unsuitable ones are listed with the reason.
fn sort_out<'a, Prepared>(
    documents: &'a [Document],
    prepare: impl Fn(&'a Document) -> Result<Prepared, String>,
) -> (Vec<Prepared>, Vec<Refusal>) {
    let mut prepared = Vec::with_capacity(documents.len());
    let mut refused = Vec::new();
    for document in documents {
        match prepare(document) {
            Ok(document) => prepared.push(document),
            Err(reason) => refused.push(Refusal { id: document.id.clone(), reason }),
        }
    }
    (prepared, refused)
}
