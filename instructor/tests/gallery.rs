//! Tests that the gallery in INSTRUCTORS.md matches the corpus.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;

const GALLERY: &str = "../INSTRUCTORS.md";
const EXPECTED: &str = "tests/corpus/expected.toml";

/// The beginning of the gallery's rows.
const ROW: &str = "| `wrong-";

/// The least number of rows.
const ROWS_MIN: usize = 20;

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Expected {
    check: String,
    diagnosis: String,
}

/// A row of the gallery: `| specimen | what is written | check | diagnosis | evidence |`.
struct Row {
    specimen: String,
    expected_here: Expected,
}

fn text_of(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn row(line: &str) -> Row {
    let cells: Vec<&str> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
    let ["", specimen, _, check, diagnosis, evidence, ""] = cells[..] else {
        panic!("a row of the gallery has five cells: {line}");
    };
    assert!(!evidence.is_empty(), "{specimen} has no evidence");
    let expected_here = Expected { check: check.to_owned(), diagnosis: diagnosis.to_owned() };
    Row { specimen: specimen.to_owned(), expected_here }
}

#[test]
fn the_gallery_says_what_is_expected_of_each_specimen() {
    let expected: BTreeMap<String, Expected> = toml::from_str(&text_of(EXPECTED)).unwrap();
    let gallery = text_of(GALLERY);
    let rows: Vec<Row> = gallery.lines().filter(|line| line.starts_with(ROW)).map(row).collect();
    assert!(rows.len() >= ROWS_MIN, "only {} rows are left", rows.len());
    for Row { specimen, expected_here } in rows {
        assert_eq!(Some(&expected_here), expected.get(&specimen), "{specimen}");
    }
}
