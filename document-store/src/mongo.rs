//! The store on a MongoDB server, through the official driver.
//!
//! A document looks like
//! `{_id, city, cities: […], fetched_at: Date, expires_at?: Date, document: {…}}`. `document` is the
//! answer of the API. `cities` are all cities whose searches found it, and `city` is the one that found
//! it first. The server removes expired documents once a minute. Until then, our queries ignore them.
//!
//! The driver's calls block, and run on its own tokio runtime. Within another runtime they panic.

mod bson_to_json;
mod json_to_bson;
mod record;
mod retry;
mod server_error;
mod update;
mod uri;

use std::{collections::HashSet, io, time::Duration};

use common::stopwatch::unix_time;
use mongodb::{
    IndexModel,
    bson::{Bson, DateTime, Document as BsonDocument, RawDocumentBuf, doc},
    error::Error,
    options::{IndexOptions, ReadPreference, SelectionCriteria},
    sync::{Client, Collection as Documents, Database},
};

pub use self::uri::MongodbUri;
use self::{
    record::Record,
    retry::{AttemptError, RetryPeriod},
    update::Batch,
};
use crate::{
    Collection, Document, Purpose, Refusal, Store, StoreError, sort_out, timestamp::Timestamp,
};

/// The default database.
const DATABASE: &str = "yelp";

/// The default application name in the server's log.
const APPLICATION: &str = "part3-yelp";

/// Databases of the server itself, which connection strings name for authentication.
const SYSTEM_DATABASES: &[&str] = &["admin", "config", "local"];

/// The time to find a writable server in one attempt.
const SERVER_SELECTION_TIMEOUT: Duration = Duration::from_secs(2);

/// The time for retries after a first contact: an election takes 12 seconds by default. The driver
/// waits as long by default.
const ELECTION_RETRY_PERIOD: Duration = Duration::from_secs(30);

/// The time for a connection, even across an ocean.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The interval of the driver's health checks.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// The time that the server may work on a request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// The most ids in a request, so that it stays within the server's limits.
const IDS_AT_ONCE: usize = 1000;

/// A collection on a server.
struct MongoStore {
    database: Database,
    documents: Documents<RawDocumentBuf>,
    uri: MongodbUri,
    retry_period: RetryPeriod,
}

/// Connects and, unless only reading, lets the server remove expired documents.
pub(crate) fn open(
    uri: &MongodbUri,
    collection: &Collection,
    purpose: Purpose,
) -> Result<Box<dyn Store>, StoreError> {
    let (database, retry_period) =
        connect(uri).map_err(|error| StoreError::of_mongodb("connect to", uri, &error))?;
    let documents = database.collection(collection.name());
    let retry_period = if purpose == Purpose::Read { RetryPeriod::NONE } else { retry_period };
    let store = MongoStore { database, documents, uri: uri.clone(), retry_period };
    match purpose {
        Purpose::Read => {}
        Purpose::Begin => store.create_index(RetryPeriod::NONE)?,
        Purpose::Continue => store.create_index(retry_period)?,
    }
    Ok(Box::new(store))
}

impl MongoStore {
    fn create_index(&self, retry_period: RetryPeriod) -> Result<(), StoreError> {
        let at_its_time = IndexOptions::builder().expire_after(Duration::ZERO).build();
        let index = IndexModel::builder().keys(doc! { "expires_at": 1 }).options(at_its_time);
        let index = index.build();
        retry_period.retry(|| {
            let created = self.documents.create_index(index.clone()).run();
            created.map(drop).map_err(self.attempt_error("create an index in"))
        })
    }

    fn attempt_error(&self, attempt: &'static str) -> impl Fn(Error) -> AttemptError {
        move |error| AttemptError::of(attempt, &self.uri, &error)
    }

    fn location(&self) -> String {
        format!("{} of {}", self.documents.name(), self.uri)
    }

    /// Parses a document of the server.
    fn document_of(&self, found: &RawDocumentBuf) -> Result<Document, StoreError> {
        record::document_of(found).map_err(|reason| StoreError::Unreadable {
            location: self.location(),
            id: record::id_of(found),
            reason,
        })
    }
}

impl Store for MongoStore {
    fn put(&mut self, documents: &[Document]) -> Result<(), StoreError> {
        let (records, mut refused) = sort_out(documents, Record::of);
        for batch in Batch::all_of(records) {
            refused.extend(batch.put(self)?);
        }
        Refusal::none_of(refused)
    }

    fn add_city(&mut self, ids: &[String], city: &str) -> Result<(), StoreError> {
        for ids in ids.chunks(IDS_AT_ONCE) {
            let without = doc! { "_id": { "$in": ids }, "cities": { "$ne": city } };
            self.retry_period.retry(|| {
                let update = doc! { "$addToSet": { "cities": city } };
                let updated = self.documents.update_many(without.clone(), update);
                let updated = updated.write_concern(update::write_concern()).run();
                updated.map(drop).map_err(self.attempt_error("write to"))
            })?;
        }
        Ok(())
    }

    fn kept_since(
        &mut self,
        ids: &[String],
        not_before: Duration,
    ) -> Result<HashSet<String>, StoreError> {
        let Some(not_before) = Timestamp::new(not_before) else { return Ok(HashSet::new()) };
        let mut kept = HashSet::new();
        for ids in ids.chunks(IDS_AT_ONCE) {
            let mut filter = unexpired();
            filter.insert("_id", doc! { "$in": ids });
            filter.insert("fetched_at", doc! { "$gte": date(not_before) });
            self.retry_period.retry(|| {
                let found = self.documents.find(filter.clone()).projection(doc! { "_id": 1 });
                let found =
                    found.max_time(REQUEST_TIMEOUT).run().map_err(self.attempt_error("read"))?;
                for found in found {
                    kept.insert(record::id_of(&found.map_err(self.attempt_error("read"))?));
                }
                Ok(())
            })?;
        }
        Ok(kept)
    }

    fn count(&mut self) -> Result<u64, StoreError> {
        self.retry_period.retry(|| {
            let count = self.documents.count_documents(unexpired()).max_time(REQUEST_TIMEOUT);
            count.run().map_err(self.attempt_error("read"))
        })
    }

    fn get(&mut self, id: &str) -> Result<Option<Document>, StoreError> {
        let mut filter = unexpired();
        filter.insert("_id", id);
        let found = self.retry_period.retry(|| {
            let found = self.documents.find_one(filter.clone()).max_time(REQUEST_TIMEOUT);
            found.run().map_err(self.attempt_error("read"))
        })?;
        found.map(|found| self.document_of(&found)).transpose()
    }

    fn for_each(
        &mut self,
        visit: &mut dyn FnMut(Document) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        let mut filter = unexpired();
        let mut left_out: Vec<Refusal> = Vec::new();
        self.retry_period.retry(|| {
            let found = self.documents.find(filter.clone()).sort(doc! { "_id": 1 });
            let found =
                found.max_time(REQUEST_TIMEOUT).run().map_err(self.attempt_error("read"))?;
            for found in found {
                let found = found.map_err(self.attempt_error("read"))?;
                let document = match record::document_of(&found) {
                    Ok(document) => document,
                    Err(reason) => {
                        let refusal = Refusal { id: record::id_of(&found), reason };
                        if !left_out.contains(&refusal) {
                            left_out.push(refusal);
                        }
                        continue;
                    }
                };
                // Another attempt goes on behind it.
                filter.insert("_id", doc! { "$gt": &document.id });
                visit(document)
                    .map_err(|error| AttemptError::Permanent(StoreError::Visit(error)))?;
            }
            Ok(())
        })?;
        StoreError::if_left_out(&self.location(), left_out)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.retry_period.retry(|| {
            let deleted = self.documents.delete_many(doc! {});
            let deleted = deleted.write_concern(update::write_concern()).run();
            deleted.map(drop).map_err(self.attempt_error("empty"))
        })
    }
}

/// Connects to the database, and returns the period for retries. The first request notices a server
/// that is missing.
fn connect(uri: &MongodbUri) -> Result<(Database, RetryPeriod), Error> {
    let mut options = uri.options()?;
    let retry_period =
        RetryPeriod(options.server_selection_timeout.unwrap_or(ELECTION_RETRY_PERIOD));
    options.server_selection_timeout.get_or_insert(SERVER_SELECTION_TIMEOUT);
    options.connect_timeout.get_or_insert(CONNECT_TIMEOUT);
    options.heartbeat_freq.get_or_insert(HEARTBEAT);
    options.app_name.get_or_insert_with(|| APPLICATION.to_owned());
    // What was just put has to be seen, which other members of a replica set do not promise.
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    let database = options.default_database.clone();
    let database = database.filter(|name| !SYSTEM_DATABASES.contains(&name.as_str()));
    let client = Client::with_options(options)?;
    Ok((client.database(database.as_deref().unwrap_or(DATABASE)), retry_period))
}

/// A filter for documents that have not expired.
fn unexpired() -> BsonDocument {
    let now = Timestamp::new(unix_time()).expect("a clock that is set to before the year 10000");
    doc! { "expires_at": { "$not": { "$lte": date(now) } } }
}

fn date(timestamp: Timestamp) -> Bson {
    Bson::DateTime(DateTime::from_millis(timestamp.to_millis()))
}
