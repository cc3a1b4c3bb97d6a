//! Stores many documents with one request, for every version of the server.

use mongodb::{
    bson::{Bson, Document, RawDocumentBuf, deserialize_from_document, doc, serialize_to_bson},
    options::{Acknowledgment, WriteConcern},
};
use serde::Deserialize;

use super::{
    MongoStore, REQUEST_TIMEOUT, Refusal, StoreError, record::Record, retry::AttemptError,
    server_error,
};

/// The most documents in a request.
const DOCUMENTS_MAX: usize = 1000;
const BYTES_MAX: usize = 8 << 20;

/// Documents that go into one request.
pub(super) struct Batch(Vec<Record>);

/// The server's answer to a request. The driver leaves it to us to look.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    write_errors: Vec<WriteError>,
    write_concern_error: Option<WriteConcernError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WriteError {
    index: usize,
    code: i32,
    errmsg: String,
    /// The key that exists already, if that is the error.
    key_pattern: Option<Document>,
}

#[derive(Deserialize)]
struct WriteConcernError {
    code: i32,
    errmsg: String,
}

impl Batch {
    /// Divides documents into as few requests as the limits allow.
    pub(super) fn all_of(records: Vec<Record>) -> Vec<Self> {
        let mut batches: Vec<Self> = Vec::new();
        let mut bytes = 0;
        for record in records {
            bytes += record.bytes;
            match batches.last_mut() {
                Some(Self(batch)) if batch.len() < DOCUMENTS_MAX && bytes <= BYTES_MAX => {
                    batch.push(record);
                }
                _ => {
                    bytes = record.bytes;
                    batches.push(Self(vec![record]));
                }
            }
        }
        batches
    }

    /// Stores all documents, and returns the refused ones.
    ///
    /// A server that goes away may come back, or another take its place: since storing twice does
    /// no harm, the same request is sent again then.
    pub(super) fn put(self, store: &MongoStore) -> Result<Vec<Refusal>, StoreError> {
        let (ids, updates): (Vec<String>, Vec<Bson>) =
            self.0.into_iter().map(Record::update).unzip();
        let command = doc! {
            "update": store.documents.name(),
            "updates": updates,
            "ordered": false,
            "writeConcern": serialize_to_bson(&write_concern()).expect("a document of our own"),
        };
        let command = RawDocumentBuf::try_from(command).expect("values that are BSON already");
        store.retry_period.retry(|| try_put(store, command.clone(), &ids))
    }
}

impl WriteError {
    /// Whether the error is transient: two processes may insert the same new document. A unique
    /// index that another program made stays in the way.
    fn is_transient(&self) -> bool {
        let of_id = || self.key_pattern.as_ref().is_none_or(|key| key.contains_key("_id"));
        server_error::is_transient_code(self.code)
            || (self.code == server_error::DUPLICATE_KEY && of_id())
    }
}

/// The write concern: journaled by most members, so that neither a crash nor an election loses
/// confirmed documents.
pub(super) fn write_concern() -> WriteConcern {
    WriteConcern::builder()
        .w(Acknowledgment::Majority)
        .journal(true)
        .w_timeout(REQUEST_TIMEOUT)
        .build()
}

fn try_put(
    store: &MongoStore,
    command: RawDocumentBuf,
    ids: &[String],
) -> Result<Vec<Refusal>, AttemptError> {
    const ATTEMPT: &str = "write to";
    let uri = &store.uri;
    let answer =
        store.database.run_raw_command(command).run().map_err(store.attempt_error(ATTEMPT))?;
    let answer: Answer = deserialize_from_document(answer).map_err(|error| {
        let reason = format!("the server's answer cannot be read: {error}");
        AttemptError::Permanent(StoreError::Failed {
            attempt: ATTEMPT,
            location: uri.to_string(),
            reason,
        })
    })?;
    let mut refused = Vec::new();
    for error in answer.write_errors {
        let is_transient = error.is_transient();
        let of_server = StoreError::of_code(ATTEMPT, uri.to_string(), error.code, error.errmsg);
        match (of_server, ids.get(error.index)) {
            (error, _) if is_transient => return Err(AttemptError::Transient(error)),
            (StoreError::Failed { reason, .. }, Some(id)) => {
                refused.push(Refusal { id: id.clone(), reason });
            }
            (error, _) => return Err(AttemptError::Permanent(error)),
        }
    }
    match answer.write_concern_error {
        None => Ok(refused),
        Some(WriteConcernError { code, errmsg: reason }) => {
            let error = StoreError::NotDurable { location: uri.to_string(), reason };
            let is_transient = server_error::is_transient_code(code);
            Err(if is_transient {
                AttemptError::Transient(error)
            } else {
                AttemptError::Permanent(error)
            })
        }
    }
}
