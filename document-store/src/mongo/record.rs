//! Converts documents to the server's form, and back.

use std::collections::BTreeSet;

use mongodb::bson::{Bson, Document as BsonDocument, RawBsonRef, RawDocument, RawDocumentBuf, doc};

use super::{bson_to_json::object_to_json, date, json_to_bson::object_from_json};
use crate::{
    Document,
    timestamp::{Timestamp, timestamps_of},
};

/// The most bytes of a document: the server's limit is 16 MiB, including the request around it.
const BYTES_MAX: usize = (16 << 20) - (4 << 10);

/// A document in the server's form.
pub(super) struct Record {
    id: String,
    update: BsonDocument,
    /// The bytes that it takes in a request.
    pub(super) bytes: usize,
}

impl Record {
    /// Converts a document; the error says why the server could not store it unchanged.
    pub(super) fn of(document: &Document) -> Result<Self, String> {
        let (fetched_at, expires_at) = timestamps_of(document)?;
        let mut fields = doc! {
            "fetched_at": date(fetched_at),
            "document": object_from_json(&document.body)?,
        };
        let mut update = BsonDocument::new();
        match expires_at {
            Some(expires_at) => drop(fields.insert("expires_at", date(expires_at))),
            None => drop(update.insert("$unset", doc! { "expires_at": "" })),
        }
        update.insert("$set", fields);
        // Documents of an earlier version have just one city, which stays.
        update.insert("$setOnInsert", doc! { "city": document.city() });
        let cities: Vec<&String> = document.cities.iter().collect();
        update.insert("$addToSet", doc! { "cities": { "$each": cities } });
        let encoded = RawDocumentBuf::try_from(&update).map_err(|error| error.to_string())?;
        let bytes = encoded.as_bytes().len() + document.id.len();
        if bytes > BYTES_MAX {
            return Err(format!("takes {bytes} bytes, {BYTES_MAX} are the most in MongoDB"));
        }
        Ok(Self { id: document.id.clone(), update, bytes })
    }

    /// The id, and the update that stores the document.
    pub(super) fn update(self) -> (String, Bson) {
        let update = doc! { "q": { "_id": &self.id }, "u": self.update, "upsert": true };
        (self.id, Bson::Document(update))
    }
}

/// Parses a document; the error names the malformed field.
pub(super) fn document_of(found: &RawDocument) -> Result<Document, String> {
    Ok(Document {
        id: found.get_str("_id").map_err(|error| error.to_string())?.to_owned(),
        cities: cities_of(found)?,
        fetched_at: timestamp(found, "fetched_at")?.ok_or("it has no fetched_at")?.since_1970(),
        expires_at: timestamp(found, "expires_at")?.map(Timestamp::since_1970),
        body: object_to_json(found.get_document("document").map_err(|error| error.to_string())?)?,
    })
}

/// The cities of a document; documents of an earlier version have one city.
fn cities_of(found: &RawDocument) -> Result<BTreeSet<String>, String> {
    let mut cities = BTreeSet::new();
    if found.get("cities").map_err(|error| error.to_string())?.is_some() {
        for city in found.get_array("cities").map_err(|error| error.to_string())? {
            match city.map_err(|error| error.to_string())? {
                RawBsonRef::String(city) => drop(cities.insert(city.to_owned())),
                other => return Err(format!("{other:?} is no city")),
            }
        }
    }
    cities.insert(found.get_str("city").map_err(|error| error.to_string())?.to_owned());
    Ok(cities)
}

/// The id of any document, as far as it is readable.
pub(super) fn id_of(found: &RawDocument) -> String {
    match found.get("_id") {
        Ok(Some(RawBsonRef::String(id))) => id.to_owned(),
        id => format!("{id:?}"),
    }
}

fn timestamp(found: &RawDocument, field: &str) -> Result<Option<Timestamp>, String> {
    match found.get(field).map_err(|error| error.to_string())? {
        None => Ok(None),
        Some(RawBsonRef::DateTime(date)) => Timestamp::from_millis(date.timestamp_millis())
            .map(Some)
            .ok_or_else(|| format!("{field} is {date}, not a time from 1970 to 9999")),
        Some(other) => Err(format!("{field} is {other:?}, not a Date")),
    }
}
