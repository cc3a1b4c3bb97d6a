//! A business as a document of the server, and back.

use mongodb::bson::{Document as BsonDocument, RawBsonRef, RawDocument, RawDocumentBuf, doc};

use super::{bson_to_json::object_to_json, date, json_to_bson::object_from_json};
use crate::store::{
    Document,
    moment::{Moment, moments_of},
};

/// How large a document may be: 16 MiB is the server's limit, and the request around it has to find
/// room as well.
const BYTES_MAX: usize = (16 << 20) - (4 << 10);

/// A document as the server is to keep it.
pub(super) struct Record {
    pub(super) id: String,
    pub(super) replacement: BsonDocument,
    /// How much of a request it takes.
    pub(super) bytes: usize,
}

impl Record {
    /// The error says why the server could not keep it as it is.
    pub(super) fn of(document: &Document) -> Result<Self, String> {
        let (fetched_at, expires_at) = moments_of(document)?;
        let mut replacement = doc! {
            "_id": &document.id,
            "city": &document.city,
            "fetched_at": date(fetched_at),
        };
        if let Some(expires_at) = expires_at {
            replacement.insert("expires_at", date(expires_at));
        }
        replacement.insert("document", object_from_json(&document.body)?);
        let encoded = RawDocumentBuf::try_from(&replacement).map_err(|error| error.to_string())?;
        // The request names the id a second time, as what to replace.
        let bytes = encoded.as_bytes().len() + document.id.len();
        if bytes > BYTES_MAX {
            return Err(format!("takes {bytes} bytes, {BYTES_MAX} are the most in MongoDB"));
        }
        Ok(Self { id: document.id.clone(), replacement, bytes })
    }
}

/// Reads a document of the server; the error says which field is not as we write it.
pub(super) fn document_of(found: &RawDocument) -> Result<Document, String> {
    Ok(Document {
        id: found.get_str("_id").map_err(|error| error.to_string())?.to_owned(),
        city: found.get_str("city").map_err(|error| error.to_string())?.to_owned(),
        fetched_at: moment(found, "fetched_at")?.ok_or("it has no fetched_at")?.since_1970(),
        expires_at: moment(found, "expires_at")?.map(Moment::since_1970),
        body: object_to_json(found.get_document("document").map_err(|error| error.to_string())?)?,
    })
}

/// The id of any document, as well as it can be told.
pub(super) fn id_of(found: &RawDocument) -> String {
    match found.get("_id") {
        Ok(Some(RawBsonRef::String(id))) => id.to_owned(),
        id => format!("{id:?}"),
    }
}

fn moment(found: &RawDocument, field: &str) -> Result<Option<Moment>, String> {
    match found.get(field).map_err(|error| error.to_string())? {
        None => Ok(None),
        Some(RawBsonRef::DateTime(date)) => Moment::from_millis(date.timestamp_millis())
            .map(Some)
            .ok_or_else(|| format!("{field} is {date}, not a time from 1970 to 9999")),
        Some(other) => Err(format!("{field} is {other:?}, not a Date")),
    }
}
