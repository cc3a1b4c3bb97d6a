//! Tests of command lines that the instructor's program refuses, and of their exit codes.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

/// A folder with paths that arguments can name: a file, an empty folder, and a class of one
/// student.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::create_dir_all(folder.path().join("class/alice")).unwrap();
    folder
}

/// Runs a command, whose words that begin with `/` are paths below `folder`.
fn check(code: i32, folder: &Path, arguments: &str, reason: &str) {
    let path = |word: &str| match word.strip_prefix('/') {
        Some(path) => folder.join(path).into_os_string(),
        None => word.into(),
    };
    let mut instructor = Command::new(env!("CARGO_BIN_EXE_instructor"));
    let output = instructor.args(arguments.split(' ').map(path)).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), output.stdout.len()),
        (Some(code), 0),
        "{arguments}: {stderr}"
    );
    assert!(stderr.starts_with("error: ") && stderr.lines().count() == 1, "{arguments}: {stderr}");
    assert!(stderr.contains(reason), "{arguments}: {stderr}");
}

#[test]
fn paths_that_cannot_be_used_are_wrong_use() {
    let folder = folder();
    let refused = |arguments, reason| check(2, folder.path(), arguments, reason);
    refused("handout /class", "is not empty: name a new folder");
    refused("handout /file", "file is no folder");
    refused("handout /file/new", "file is no folder");
    refused("handout ", "a value is required");

    refused("grade /empty --out /results", "has no submissions: put a folder");
    refused("grade /nowhere --out /results", "cannot read");
    refused("grade /file --out /results", "Not a directory");
    refused("grade /class --out /class/results", "name a folder outside with --out");
    refused("grade /class --out /file", "file is no folder");
    refused("grade /class --out /file/new", "file is no folder");
    refused("grade /class --out ", "a value is required");
    refused("grade /class --out /results --points /nowhere", "No such file");
    refused("grade /class --out /results --points /class", "Is a directory");

    refused("grade /class --out /results --shard 2/2", "the index 2 is not below 2");
    refused("grade /class --out /results --shard 2", "write 3/8, or auto/8");
    refused("grade /class --out /results --shard auto/2", "submit a job array");

    refused("export /nowhere --format csv", "No such file");
    refused("export /file --format csv", "Not a directory");
    refused("export /empty --format csv", "the folder has no results");
    refused("export /empty --format csv --out /class", "name a file in it");
    refused("export /empty --format csv --out /file/new", "file is no folder");
    refused("export /empty --format gradescope --out /file", "file is no folder");

    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing is written");
}

#[test]
fn outside_of_the_lab_is_wrong_use() {
    let folder = folder();
    for arguments in ["check", "handout new", "grade class --out results", "corpus"] {
        let mut instructor = Command::new(env!("CARGO_BIN_EXE_instructor"));
        instructor.args(arguments.split(' ')).current_dir(folder.path());
        let output = instructor.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {stderr}");
        assert!(stderr.contains("is not within the lab"), "{arguments}: {stderr}");
    }
}

#[test]
fn errors_outside_of_the_arguments_are_not_wrong_use() {
    let folder = folder();
    fs::write(folder.path().join("empty/alice.json"), "{}").unwrap();
    check(3, folder.path(), "export /empty --format csv", "alice.json is not a result");
}
