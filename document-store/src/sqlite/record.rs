//! Converts documents to rows of a table, and back.

use std::collections::BTreeSet;

use rusqlite::{Connection, Error, OptionalExtension, Row, Transaction, named_params};
use serde_json::value::RawValue;

use crate::{
    Document,
    timestamp::{Timestamp, timestamps_of},
};

/// The columns of a table. The last one came later: files of before do not have it.
pub(super) const COLUMNS: &str = "id TEXT PRIMARY KEY NOT NULL, city TEXT NOT NULL, \
     fetched_at TEXT NOT NULL, expires_at TEXT, document TEXT NOT NULL, cities TEXT";

/// A document as a row.
pub(super) struct Record<'a> {
    id: &'a str,
    cities: &'a BTreeSet<String>,
    fetched_at: String,
    expires_at: Option<String>,
    document: &'a str,
}

impl<'a> Record<'a> {
    /// Converts a document; the error says why it should not be stored.
    pub(super) fn of(document: &'a Document, connection: &Connection) -> Result<Self, String> {
        check(&document.body, connection)?;
        let (fetched_at, expires_at) = timestamps_of(document)?;
        Ok(Self {
            id: &document.id,
            cities: &document.cities,
            fetched_at: fetched_at.to_text(),
            expires_at: expires_at.map(Timestamp::to_text),
            document: &document.body,
        })
    }
}

/// Checks that `json_extract` can read the body: one bad row would fail queries on the whole table.
/// All else is kept as it came: repeated keys, halves of surrogate pairs, numbers of any size.
fn check(body: &str, connection: &Connection) -> Result<(), String> {
    let value: &RawValue =
        serde_json::from_str(body).map_err(|error| format!("not a JSON object: {error}"))?;
    if !value.get().starts_with('{') {
        return Err("not a JSON object".to_owned());
    }
    let is_valid = connection
        .prepare_cached("SELECT json_valid(?1)")
        .and_then(|mut statement| statement.query_row([body], |row| row.get(0)));
    match is_valid {
        Ok(true) => Ok(()),
        Ok(false) => Err("SQLite cannot read it: it may nest too deep".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Inserts or replaces rows, and keeps the cities of replaced ones.
pub(super) fn upsert(
    transaction: &Transaction<'_>,
    table: &str,
    records: &[Record<'_>],
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(&format!(
        "INSERT INTO {table} (id, city, cities, fetched_at, expires_at, document) \
         VALUES (:id, :city, :cities, :fetched_at, :expires_at, :document) \
         ON CONFLICT (id) DO UPDATE SET city = excluded.city, cities = excluded.cities, \
         fetched_at = excluded.fetched_at, expires_at = excluded.expires_at, \
         document = excluded.document"
    ))?;
    for record in records {
        let mut cities = known_cities(transaction, table, record.id)?.unwrap_or_default();
        cities.extend(record.cities.iter().cloned());
        statement.execute(named_params! {
            ":id": record.id,
            ":city": cities.first().map_or("", String::as_str),
            ":cities": to_json(&cities),
            ":fetched_at": record.fetched_at,
            ":expires_at": record.expires_at,
            ":document": record.document,
        })?;
    }
    Ok(())
}

/// Adds a city to the rows with these ids.
pub(super) fn add_city(
    transaction: &Transaction<'_>,
    table: &str,
    ids: &[&String],
    city: &str,
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(&format!(
        "UPDATE {table} SET city = :city, cities = :cities WHERE id = :id"
    ))?;
    for id in ids {
        let Some(mut cities) = known_cities(transaction, table, id)? else { continue };
        cities.insert(city.to_owned());
        statement.execute(named_params! {
            ":id": id,
            ":city": cities.first().map_or("", String::as_str),
            ":cities": to_json(&cities),
        })?;
    }
    Ok(())
}

/// The cities of a row, as far as they are readable; none if there is no such row.
pub(super) fn known_cities(
    connection: &Connection,
    table: &str,
    id: &str,
) -> rusqlite::Result<Option<BTreeSet<String>>> {
    connection
        .prepare_cached(&format!("SELECT city, cities FROM {table} WHERE id = ?1"))?
        .query_row([id], |row| Ok(cities_of(row).unwrap_or_default()))
        .optional()
}

/// Parses a row; the error names the malformed column.
pub(super) fn document_of(row: &Row<'_>) -> Result<Document, String> {
    let wrong = |error: Error| error.to_string();
    let timestamp = |column: &str, text: &str| {
        let wrong = || format!("{column} is {text:?}, not a time such as 2026-01-31T23:59:59.999Z");
        Timestamp::parse(text).map(Timestamp::since_1970).ok_or_else(wrong)
    };
    let fetched_at: String = row.get("fetched_at").map_err(wrong)?;
    let expires_at: Option<String> = row.get("expires_at").map_err(wrong)?;
    Ok(Document {
        id: row.get("id").map_err(wrong)?,
        cities: cities_of(row)?,
        fetched_at: timestamp("fetched_at", &fetched_at)?,
        expires_at: expires_at.map(|text| timestamp("expires_at", &text)).transpose()?,
        body: row.get("document").map_err(wrong)?,
    })
}

/// The cities of a row; rows of an earlier version have one city.
fn cities_of(row: &Row<'_>) -> Result<BTreeSet<String>, String> {
    let listed: Option<String> = match row.get("cities") {
        Err(Error::InvalidColumnName(_)) => None,
        listed => listed.map_err(|error| error.to_string())?,
    };
    let mut cities: BTreeSet<String> = match listed {
        Some(json) => serde_json::from_str(&json)
            .map_err(|error| format!("cities is {json:?}, not an array of texts: {error}"))?,
        None => BTreeSet::new(),
    };
    cities.insert(row.get("city").map_err(|error| error.to_string())?);
    Ok(cities)
}

fn to_json(cities: &BTreeSet<String>) -> String {
    serde_json::to_string(cities).expect("texts to be JSON")
}
