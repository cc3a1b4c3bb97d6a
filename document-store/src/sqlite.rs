//! The default store: an SQLite file, which needs no installation.
//!
//! Each collection is a table, which any program that reads SQLite can open:
//! `sqlite3 target/lab/yelp.db "select json_extract(document, '$.name') from business"`.
//! `cities` is a JSON array of all cities whose searches found the business. `city` is the first of
//! them in alphabetical order.
//!
//! Times are text, as in `2026-01-31T23:59:59.999Z`. This form sorts by time, and the date functions
//! of SQLite can read it.
//!
//! With a write-ahead log, other processes can read while one writes. `kill -9` of any process loses no
//! commit. A power cut may lose the last commits, but leaves the file intact (`synchronous = NORMAL`).

mod cause;
mod connection;
mod record;

use std::{collections::HashSet, io, path::Path, time::Duration};

use common::stopwatch::unix_time;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use self::{connection::OpenFile, record::Record};
use crate::{
    Collection, Document, Purpose, Refusal, Store, StoreError, StoreLocation, sort_out,
    timestamp::Timestamp,
};

/// The number of documents in a transaction, small so that other processes get their turn.
const BATCH: usize = 100;

/// A collection in an SQLite file.
pub(crate) struct SqliteStore {
    connection: Connection,
    file: OpenFile,
    table: String,
    location: String,
}

impl SqliteStore {
    /// Opens the file and the table. To write, it creates them and the folders above, and removes
    /// what has expired.
    pub(crate) fn open(
        path: &Path,
        collection: &Collection,
        purpose: Purpose,
    ) -> Result<Self, StoreError> {
        let location = StoreLocation::Sqlite(path.to_owned()).to_string();
        let opened = match purpose {
            Purpose::Read => connection::to_read(path),
            Purpose::Begin | Purpose::Continue => connection::to_write(path),
        };
        let (connection, file) =
            opened.map_err(|cause| StoreError::cannot_open(&location, &cause))?;
        let mut store = Self { connection, file, table: collection.name().to_owned(), location };
        match purpose {
            Purpose::Read => store.stand_in_for_a_missing_table()?,
            Purpose::Begin | Purpose::Continue => store.prepare_table()?,
        }
        Ok(store)
    }

    /// Creates an empty table in memory for a missing collection, so that the file stays unchanged.
    fn stand_in_for_a_missing_table(&self) -> Result<(), StoreError> {
        let create = || {
            let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
            if !self.connection.prepare(sql)?.exists([&self.table])? {
                let (table, columns) = (&self.table, record::COLUMNS);
                self.connection.execute_batch(&format!(
                    "PRAGMA temp_store = MEMORY; CREATE TEMP TABLE {table} ({columns})"
                ))?;
            }
            Ok(())
        };
        create().map_err(|error| StoreError::of_sqlite("open", &self.location, &error))
    }

    fn prepare_table(&mut self) -> Result<(), StoreError> {
        self.write("open", |transaction, table| {
            // WITHOUT ROWID keeps a document beside its id, instead of in a second tree.
            transaction.execute_batch(&format!(
                "CREATE TABLE IF NOT EXISTS {table} ({}) WITHOUT ROWID",
                record::COLUMNS
            ))?;
            let sql = format!("SELECT 1 FROM pragma_table_info('{table}') WHERE name = 'cities'");
            if !transaction.prepare(&sql)?.exists([])? {
                transaction
                    .execute_batch(&format!("ALTER TABLE {table} ADD COLUMN cities TEXT"))?;
            }
            transaction
                .execute(&format!("DELETE FROM {table} WHERE expires_at <= ?1"), [now()])
                .map(drop)
        })
    }

    /// Runs a transaction that excludes other writers.
    fn write(
        &mut self,
        attempt: &'static str,
        work: impl FnOnce(&Transaction<'_>, &str) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        self.check_file(attempt)?;
        let table = &self.table;
        // To begin as a reader and write later fails at once if another wrote in between.
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|transaction| {
                work(&transaction, table)?;
                transaction.commit()
            })
            .map_err(|error| StoreError::of_sqlite(attempt, &self.location, &error))
    }

    /// Checks that the file was not removed, since writes to it would be lost.
    fn check_file(&self, attempt: &'static str) -> Result<(), StoreError> {
        if self.file.is_in_place() {
            return Ok(());
        }
        let reason = "the file was removed or replaced meanwhile".to_owned();
        Err(StoreError::Failed { attempt, location: self.location.clone(), reason })
    }

    fn read_error(&self) -> impl Fn(rusqlite::Error) -> StoreError {
        |error| StoreError::of_sqlite("read", &self.location, &error)
    }
}

impl Store for SqliteStore {
    fn put(&mut self, documents: &[Document]) -> Result<(), StoreError> {
        let (records, refused) =
            sort_out(documents, |document| Record::of(document, &self.connection));
        for batch in records.chunks(BATCH) {
            self.write("write to", |transaction, table| record::upsert(transaction, table, batch))?;
        }
        Refusal::none_of(refused)
    }

    fn add_city(&mut self, ids: &[String], city: &str) -> Result<(), StoreError> {
        self.check_file("write to")?;
        // Usually all have this city already, and no lock is needed.
        let mut without = Vec::new();
        for id in ids {
            let cities = record::known_cities(&self.connection, &self.table, id);
            let cities = cities.map_err(self.read_error())?;
            if cities.is_some_and(|cities| !cities.contains(city)) {
                without.push(id);
            }
        }
        if without.is_empty() {
            return Ok(());
        }
        self.write("write to", |transaction, table| {
            record::add_city(transaction, table, &without, city)
        })
    }

    fn kept_since(
        &mut self,
        ids: &[String],
        not_before: Duration,
    ) -> Result<HashSet<String>, StoreError> {
        let Some(not_before) = Timestamp::new(not_before) else { return Ok(HashSet::new()) };
        let not_before = not_before.to_text();
        self.check_file("read")?;
        let mut kept = HashSet::new();
        let mut look_up = || {
            let transaction = self.connection.transaction()?;
            let mut statement = transaction.prepare_cached(&format!(
                "SELECT 1 FROM {} WHERE id = ?1 AND fetched_at >= ?2 \
                 AND (expires_at IS NULL OR expires_at > ?3)",
                self.table
            ))?;
            let now = now();
            for id in ids {
                if statement.exists(params![id, not_before, now])? {
                    kept.insert(id.clone());
                }
            }
            Ok(())
        };
        look_up().map_err(|error| StoreError::of_sqlite("read", &self.location, &error))?;
        Ok(kept)
    }

    fn count(&mut self) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM {} WHERE expires_at IS NULL OR expires_at > ?1",
            self.table
        );
        let count: i64 = self
            .connection
            .query_row(&sql, [now()], |row| row.get(0))
            .map_err(self.read_error())?;
        Ok(u64::try_from(count).expect("a count not to be negative"))
    }

    fn get(&mut self, id: &str) -> Result<Option<Document>, StoreError> {
        let sql = format!(
            "SELECT * FROM {} \
             WHERE id = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
            self.table
        );
        let document = self
            .connection
            .query_row(&sql, [id, &now()], |row| Ok(record::document_of(row)))
            .optional()
            .map_err(self.read_error())?;
        document.transpose().map_err(|reason| StoreError::Unreadable {
            location: self.location.clone(),
            id: id.to_owned(),
            reason,
        })
    }

    fn for_each(
        &mut self,
        visit: &mut dyn FnMut(Document) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        let read_error = self.read_error();
        let sql = format!(
            "SELECT * FROM {} \
             WHERE expires_at IS NULL OR expires_at > ?1 ORDER BY id",
            self.table
        );
        let mut statement = self.connection.prepare(&sql).map_err(&read_error)?;
        let mut rows = statement.query([now()]).map_err(&read_error)?;
        let mut left_out = Vec::new();
        while let Some(row) = rows.next().map_err(&read_error)? {
            match record::document_of(row) {
                Ok(document) => visit(document).map_err(StoreError::Visit)?,
                Err(reason) => {
                    left_out.push(Refusal { id: row.get("id").unwrap_or_default(), reason });
                }
            }
        }
        StoreError::if_left_out(&self.location, left_out)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.write("empty", |transaction, table| {
            transaction.execute(&format!("DELETE FROM {table}"), []).map(drop)
        })
    }
}

fn now() -> String {
    Timestamp::new(unix_time()).expect("a clock that is set to before the year 10000").to_text()
}
