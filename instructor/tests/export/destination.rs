//! Tests of the destination of exports.

use std::{fs, path::Path};

use instructor::{
    export::{self, ExportError, Format},
    results,
};
use tempfile::TempDir;

use crate::class::{self, HOSTILE_NAME};

/// A folder with the results of the class.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for result in class::results() {
        results::keep(folder.path(), &result).unwrap();
    }
    folder
}

fn exported(from: &Path, format: Format, student: Option<&str>, out: Option<&Path>) -> String {
    export::export(from, format, student, out).unwrap()
}

#[test]
fn gradescope_has_a_folder_for_each_student_beside_the_results() {
    let folder = folder();
    for _ in 0..2 {
        exported(folder.path(), Format::Gradescope, None, None);
    }
    for result in class::results() {
        let path = folder.path().join("gradescope").join(&result.student).join("results.json");
        assert_eq!(fs::read_to_string(path).unwrap(), export::gradescope::result(&result));
    }
}

#[test]
fn one_student_is_one_text() {
    let folder = folder();
    let text = exported(folder.path(), Format::Gradescope, Some(HOSTILE_NAME), None);
    assert_eq!(text, export::gradescope::result(&class::hostile()));
    let text = exported(folder.path(), Format::Csv, Some("Ada Lovelace"), None);
    assert_eq!(text, export::gradebook::table(&[class::proven()]));
}

#[test]
fn other_formats_than_gradescope_are_one_text_or_one_file() {
    let folder = folder();
    for format in [Format::Junit, Format::Csv, Format::Html] {
        let out = folder.path().join("new").join(format.name());
        let text = exported(folder.path(), format, None, None);
        let message = exported(folder.path(), format, None, Some(&out));
        assert_eq!(fs::read_to_string(&out).unwrap(), text);
        assert!(message.contains("Written: ") && !text.contains("Written: "), "{message}");
    }
}

#[test]
fn an_unknown_student_is_named() {
    let error = export::export(folder().path(), Format::Csv, Some("Bob"), None).unwrap_err();
    assert!(matches!(error, ExportError::NoStudent { .. }));
    assert_eq!(
        error.to_string(),
        "there is no result of Bob: write the name as `cargo lab grade` prints it"
    );
}
