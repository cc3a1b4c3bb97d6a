//! Tests of the SQLite store alone: other programs, and bad paths.

use std::{fs, path::Path};

use document_store::{Collection, Document, Purpose, Store, StoreError, StoreLocation};
use rusqlite::Connection;

use crate::contract::document;

fn open(path: &Path) -> Result<Box<dyn Store>, StoreError> {
    open_to(Purpose::Begin, path)
}

fn open_to(purpose: Purpose, path: &Path) -> Result<Box<dyn Store>, StoreError> {
    document_store::open(
        &StoreLocation::Sqlite(path.to_owned()),
        &Collection::business(),
        None,
        purpose,
    )
}

#[test]
fn other_programs_read_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("yelp.db");
    let mut store = open(&path).unwrap();
    store.put(&[document("a", r#"{"name": "Café", "a.b": 1}"#)]).unwrap();

    let connection = Connection::open(&path).unwrap();
    let ask = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(ask("select json_extract(document, '$.name') from business"), "Café");
    assert_eq!(ask("select typeof(document) from business"), "text");
    assert_eq!(ask("select fetched_at from business"), "2023-11-14T22:13:20.123Z");
    assert_eq!(ask("select strftime('%Y', fetched_at) from business"), "2023");
    assert_eq!(ask("pragma journal_mode"), "wal");
    assert_eq!(ask("pragma integrity_check"), "ok");
}

#[test]
fn expired_documents_are_removed_on_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("yelp.db");
    let old = document("old", "{}");
    let old = Document { expires_at: Some(old.fetched_at), ..old };
    open(&path).unwrap().put(&[old]).unwrap();
    let rows = || {
        let connection = Connection::open(&path).unwrap();
        connection.query_row("select count(*) from business", [], |row| row.get::<_, i64>(0))
    };
    assert_eq!(rows(), Ok(1));
    drop(open(&path).unwrap());
    assert_eq!(rows(), Ok(0));
}

#[test]
fn a_path_that_leads_nowhere_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    fs::write(&text, "I am no database, and was one never.\n".repeat(100)).unwrap();
    for path in [folder.path().to_owned(), text.join("yelp.db"), text.clone()] {
        let error = open(&path).map(drop).unwrap_err();
        assert!(matches!(error, StoreError::CannotOpen { .. }), "{error:?}");
        let story = error.to_string();
        assert!(story.contains(&format!("sqlite:{}", path.display())), "{story}");
        assert!(story.contains("--store sqlite:PATH"), "{story}");
    }
    assert!(fs::read_to_string(text).unwrap().starts_with("I am no database"), "and is left alone");
}

#[test]
fn names_that_mean_something_to_sqlite_are_names_of_files() {
    let folder = tempfile::tempdir().unwrap();
    for name in [":memory:", "file:yelp.db?mode=memory", "a b%20c", "ü"] {
        let path = folder.path().join(name);
        open(&path).unwrap().put(&[document("a", "{}")]).unwrap();
        assert!(path.is_file(), "{name}");
    }
}

#[test]
fn a_document_that_another_program_spoiled_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("yelp.db");
    let mut store = open(&path).unwrap();
    store.put(&[document("a", "{}")]).unwrap();
    let spoil = |sql: &str| Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    for sql in [
        "update business set fetched_at = 'yesterday'",
        "update business set fetched_at = '2023-11-14T22:13:20Z', document = x'00'",
    ] {
        spoil(sql);
        for error in [store.get("a").map(drop), store.for_each(&mut |_| Ok(()))] {
            let error = error.unwrap_err();
            assert!(matches!(&error, StoreError::Unreadable { id, .. } if id == "a"), "{error:?}");
        }
    }
}

#[test]
fn a_file_of_an_earlier_version_is_read_and_extended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("yelp.db");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(
        "PRAGMA journal_mode = WAL; CREATE TABLE business (id TEXT PRIMARY KEY NOT NULL, \
         city TEXT NOT NULL, fetched_at TEXT NOT NULL, expires_at TEXT, document TEXT NOT NULL) \
         WITHOUT ROWID; INSERT INTO business VALUES \
         ('a', 'San Francisco', '2023-11-14T22:13:20.123Z', NULL, '{}')",
    )
    .unwrap();
    let one_city = document("a", "{}");
    assert_eq!(open_to(Purpose::Read, &path).unwrap().get("a").unwrap(), Some(one_city.clone()));

    let mut store = open(&path).unwrap();
    assert_eq!(store.get("a").unwrap(), Some(one_city.clone()));
    let oakland = Document { cities: ["Oakland".to_owned()].into(), ..one_city };
    store.put(&[oakland]).unwrap();
    store.add_city(&["a".to_owned()], "Alameda").unwrap();
    let cities = store.get("a").unwrap().unwrap().cities;
    assert_eq!(cities, ["Alameda", "Oakland", "San Francisco"].map(str::to_owned).into());
    // And the earlier version may go on.
    old.execute_batch(
        "INSERT INTO business (id, city, fetched_at, expires_at, document) \
         VALUES ('a', 'Reno', '2023-11-14T22:13:20.123Z', NULL, '{}') \
         ON CONFLICT (id) DO UPDATE SET city = excluded.city",
    )
    .unwrap();
    assert_eq!(store.get("a").unwrap().unwrap().cities.len(), 4);
}

#[test]
fn a_file_that_was_removed_or_replaced_takes_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("yelp.db");
    let mut store = open(&path).unwrap();
    store.put(&[document("a", "{}")]).unwrap();
    fs::remove_file(&path).unwrap();
    let check = |store: &mut dyn Store| {
        let asked = ["a".to_owned()];
        for result in [
            store.put(&[document("b", "{}")]),
            store.add_city(&asked, "Oakland"),
            store.kept_since(&asked, std::time::Duration::ZERO).map(drop),
        ] {
            let error = result.unwrap_err().to_string();
            assert!(error.contains("the file was removed or replaced meanwhile"), "{error}");
        }
    };
    check(&mut *store);
    drop(open(&path).unwrap());
    check(&mut *store);
}
