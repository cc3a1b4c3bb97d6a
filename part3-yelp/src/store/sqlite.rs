//! The default place: a file of SQLite, for which nobody has to install or start anything.
//!
//! One table for each collection, which any program that reads SQLite can open:
//! `sqlite3 target/lab/yelp.db "select json_extract(document, '$.name') from business"`.
//! Times are text, as in `2026-01-31T23:59:59.999Z`, which sorts as time does and which the date
//! functions of SQLite read.
//!
//! A write-ahead log lets others read while one writes. What is committed there outlives a
//! `kill -9` of any process at once; a power cut may take the last commits, yet tear nothing
//! (`synchronous = NORMAL`).

mod cause;

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, absolute},
    time::Duration,
};

use common::stopwatch::unix_time;
use rusqlite::{
    Connection, OptionalExtension, Row, Transaction, TransactionBehavior, named_params, params,
};

use self::cause::Cause;
use super::{
    Collection, Document, Place, Refusal, Store, StoreError,
    moment::{Moment, moments_of},
    sort_out,
};

/// How long to wait for others who write.
const LOCK_PATIENCE: Duration = Duration::from_secs(30);

/// How many documents are written before others get their turn: locks go to whoever asks at the
/// right moment, so nobody may hold one for long.
const BATCH: usize = 100;

/// How often to try to be the one who switches a new file to a write-ahead log.
const SWITCHES_MAX: u32 = 100;

/// Documents in a table of a file.
pub(super) struct SqliteStore {
    connection: Connection,
    table: String,
    place: String,
}

impl SqliteStore {
    /// Opens or creates the file, its folders and the table, and removes what has expired.
    pub(super) fn open(path: &Path, collection: &Collection) -> Result<Self, StoreError> {
        let place = Place::Sqlite(path.to_owned()).to_string();
        let connection = connect(path).map_err(|cause| StoreError::cannot_open(&place, &cause))?;
        let mut store = Self { connection, table: collection.name().to_owned(), place };
        store.write("open", |transaction, table| {
            // WITHOUT ROWID keeps a document beside its id, instead of in a second tree.
            transaction.execute_batch(&format!(
                "CREATE TABLE IF NOT EXISTS {table} (id TEXT PRIMARY KEY NOT NULL, \
                 city TEXT NOT NULL, fetched_at TEXT NOT NULL, expires_at TEXT, \
                 document TEXT NOT NULL) WITHOUT ROWID"
            ))?;
            transaction
                .execute(&format!("DELETE FROM {table} WHERE expires_at <= ?1"), [now()])
                .map(drop)
        })?;
        Ok(store)
    }

    /// Does all of the work or nothing, and keeps others from writing meanwhile.
    fn write(
        &mut self,
        attempt: &'static str,
        work: impl FnOnce(&Transaction<'_>, &str) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let table = &self.table;
        // To begin as a reader and write later fails at once if another wrote in between.
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|transaction| {
                work(&transaction, table)?;
                transaction.commit()
            })
            .map_err(|error| StoreError::of_sqlite(attempt, &self.place, &error))
    }

    fn read_error(&self) -> impl Fn(rusqlite::Error) -> StoreError {
        |error| StoreError::of_sqlite("read", &self.place, &error)
    }
}

impl Store for SqliteStore {
    fn put(&mut self, documents: &[Document]) -> Result<(), StoreError> {
        let (records, refused) = sort_out(documents, Record::of);
        for batch in records.chunks(BATCH) {
            self.write("write to", |transaction, table| upsert(transaction, table, batch))?;
        }
        Refusal::none_of(refused)
    }

    fn kept_since(
        &mut self,
        ids: &[String],
        not_before: Duration,
    ) -> Result<HashSet<String>, StoreError> {
        let Some(not_before) = Moment::new(not_before) else { return Ok(HashSet::new()) };
        let not_before = not_before.to_text();
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
        look_up().map_err(|error| StoreError::of_sqlite("read", &self.place, &error))?;
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
            "SELECT id, city, fetched_at, expires_at, document FROM {} \
             WHERE id = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
            self.table
        );
        let document = self
            .connection
            .query_row(&sql, [id, &now()], |row| Ok(document_of(row)))
            .optional()
            .map_err(self.read_error())?;
        document.transpose().map_err(|reason| StoreError::Unreadable {
            place: self.place.clone(),
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
            "SELECT id, city, fetched_at, expires_at, document FROM {} \
             WHERE expires_at IS NULL OR expires_at > ?1 ORDER BY id",
            self.table
        );
        let mut statement = self.connection.prepare(&sql).map_err(&read_error)?;
        let mut rows = statement.query([now()]).map_err(&read_error)?;
        while let Some(row) = rows.next().map_err(&read_error)? {
            let document = document_of(row).map_err(|reason| StoreError::Unreadable {
                place: self.place.clone(),
                id: row.get("id").unwrap_or_default(),
                reason,
            })?;
            visit(document).map_err(StoreError::Visit)?;
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.write("empty", |transaction, table| {
            transaction.execute(&format!("DELETE FROM {table}"), []).map(drop)
        })
    }
}

/// A document as a row of the table.
struct Record<'a> {
    id: &'a str,
    city: &'a str,
    fetched_at: String,
    expires_at: Option<String>,
    document: &'a str,
}

impl<'a> Record<'a> {
    fn of(document: &'a Document) -> Result<Self, String> {
        // What json_extract cannot read would fail queries over the whole table.
        serde_json::from_str::<serde_json::Map<_, _>>(&document.body)
            .map_err(|error| format!("not a JSON object: {error}"))?;
        let (fetched_at, expires_at) = moments_of(document)?;
        Ok(Self {
            id: &document.id,
            city: &document.city,
            fetched_at: fetched_at.to_text(),
            expires_at: expires_at.map(Moment::to_text),
            document: &document.body,
        })
    }
}

fn upsert(
    transaction: &Transaction<'_>,
    table: &str,
    records: &[Record<'_>],
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(&format!(
        "INSERT INTO {table} (id, city, fetched_at, expires_at, document) \
         VALUES (:id, :city, :fetched_at, :expires_at, :document) \
         ON CONFLICT (id) DO UPDATE SET city = excluded.city, fetched_at = excluded.fetched_at, \
         expires_at = excluded.expires_at, document = excluded.document"
    ))?;
    for record in records {
        statement.execute(named_params! {
            ":id": record.id,
            ":city": record.city,
            ":fetched_at": record.fetched_at,
            ":expires_at": record.expires_at,
            ":document": record.document,
        })?;
    }
    Ok(())
}

/// Reads a document; the error says which column is not as we write it.
fn document_of(row: &Row<'_>) -> Result<Document, String> {
    let wrong = |error: rusqlite::Error| error.to_string();
    let moment = |column: &str, text: &str| {
        let wrong = || format!("{column} is {text:?}, not a time such as 2026-01-31T23:59:59.999Z");
        Moment::parse(text).map(Moment::since_1970).ok_or_else(wrong)
    };
    let fetched_at: String = row.get("fetched_at").map_err(wrong)?;
    let expires_at: Option<String> = row.get("expires_at").map_err(wrong)?;
    Ok(Document {
        id: row.get("id").map_err(wrong)?,
        city: row.get("city").map_err(wrong)?,
        fetched_at: moment("fetched_at", &fetched_at)?,
        expires_at: expires_at.map(|text| moment("expires_at", &text)).transpose()?,
        body: row.get("document").map_err(wrong)?,
    })
}

fn now() -> String {
    Moment::new(unix_time()).expect("a clock that is set to before the year 10000").to_text()
}

/// Opens or creates the file, ready for several processes.
fn connect(path: &Path) -> Result<Connection, Cause> {
    // An absolute path is a file's whatever its name: SQLite gives `:memory:` and `file:…` another
    // meaning.
    let path = absolute(path)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let connection = Connection::open(&path)?;
    connection.busy_timeout(LOCK_PATIENCE)?;
    let mode = switch_to_write_ahead_log(&connection)?;
    if mode != "wal" {
        return Err(Cause::NoWriteAheadLog { mode });
    }
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}

/// Returns the mode that the file is in then.
///
/// A new file is switched by whoever has it alone, and SQLite does not wait for that; to ask for
/// the file alone does wait, so that others are through before the next attempt.
fn switch_to_write_ahead_log(connection: &Connection) -> rusqlite::Result<String> {
    let switch = || connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
    for _ in 1..SWITCHES_MAX {
        match switch() {
            Err(error) if cause::is_lock(&error) => {
                connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
            }
            result => return result,
        }
    }
    switch()
}
