//! Stores for tests: an SQLite file or collections of their own.

use std::{
    cell::RefCell,
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use document_store::{Collection, MongodbUri, Purpose, Store, StoreLocation};
use tempfile::TempDir;

use crate::setting::setting;

/// The kind of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Mongodb,
}

/// An empty location, removed with all its documents when dropped.
pub(crate) struct TestStore {
    pub(crate) kind: Kind,
    pub(crate) location: StoreLocation,
    /// The connection string, as text: `MongodbUri` shows it to nobody.
    pub(crate) uri: Option<String>,
    /// The folder for sockets and the SQLite file.
    pub(crate) folder: TempDir,
    prefix: String,
    opened: RefCell<Vec<Collection>>,
}

impl TestStore {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = StoreLocation::Sqlite(folder.path().join("new folder/yelp.db"));
        Self::new(Kind::Sqlite, location, None, folder)
    }

    /// A store on the server of `MONGODB_URI`; none without a server, which is printed.
    pub(crate) fn mongodb(test: &str) -> Option<Self> {
        let uri = setting("MONGODB_URI", test)?;
        Some(Self::on_server(&uri))
    }

    pub(crate) fn on_server(uri: &str) -> Self {
        Self::new(
            Kind::Mongodb,
            StoreLocation::Mongodb,
            Some(patient(uri)),
            tempfile::tempdir().unwrap(),
        )
    }

    fn new(kind: Kind, location: StoreLocation, uri: Option<String>, folder: TempDir) -> Self {
        static HOMES: AtomicUsize = AtomicUsize::new(0);
        let number = HOMES.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("test_{}_{number}", process::id());
        Self { kind, location, uri, folder, prefix, opened: RefCell::default() }
    }

    /// A collection for this test alone.
    pub(crate) fn collection(&self, name: &str) -> Collection {
        let collection = Collection::of_variant(&format!("{}_{name}", self.prefix)).unwrap();
        self.opened.borrow_mut().push(collection.clone());
        collection
    }

    pub(crate) fn open(&self, name: &str) -> Box<dyn Store> {
        self.open_collection(&self.collection(name))
    }

    pub(crate) fn open_collection(&self, collection: &Collection) -> Box<dyn Store> {
        let uri = self.uri.as_ref().map(|uri| uri.parse::<MongodbUri>().unwrap());
        document_store::open(&self.location, collection, uri.as_ref(), Purpose::Begin).unwrap()
    }

    /// The database of the server, accessed without the store.
    pub(crate) fn database(&self) -> mongodb::sync::Database {
        let client = mongodb::sync::Client::with_uri_str(self.uri.as_ref().unwrap()).unwrap();
        client.default_database().unwrap_or_else(|| client.database("yelp"))
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        if self.kind == Kind::Mongodb {
            let database = self.database();
            for collection in self.opened.borrow().iter() {
                let documents = database.collection::<mongodb::bson::Document>(collection.name());
                // A server that a test has killed keeps nothing anyway.
                let _ = documents.drop().run();
            }
        }
    }
}

/// The connection string with a longer timeout, unless it has options of its own.
fn patient(uri: &str) -> String {
    let has_database = uri.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    match (uri.contains('?'), has_database) {
        (true, _) => uri.to_owned(),
        (false, true) => format!("{uri}?serverSelectionTimeoutMS=60000"),
        (false, false) => format!("{uri}/?serverSelectionTimeoutMS=60000"),
    }
}
