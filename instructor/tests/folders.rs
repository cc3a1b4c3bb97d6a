//! Tests of class folders and of submissions that are folders.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{fs, os::unix::fs::symlink, path::Path};

use instructor::submission::{self, HandedIn, Submission};
use lab::exercises::EXERCISES;
use tempfile::TempDir;

const PARALLEL: &str = "part1-primes/src/variants/parallel.rs";
const POOLED: &str = "part2-threads/src/variants/pooled.rs";

/// A folder with these files.
fn folder_of(files: &[&str]) -> TempDir {
    let folder = tempfile::Builder::new().prefix("student").tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "fn f() {}\n").unwrap();
    }
    folder
}

fn read(folder: &TempDir) -> Vec<HandedIn> {
    let submission = Submission::at(folder.path().to_owned()).unwrap();
    let mut handed_in = submission::read(&submission).exercises;
    // Several exercises may be about the same files: one of each is enough.
    handed_in.truncate(EXERCISES.len());
    handed_in
}

fn files(handed_in: &[HandedIn]) -> Vec<&Path> {
    handed_in.iter().flat_map(|one| &one.files).map(|(path, _)| path.as_path()).collect()
}

fn refusals(handed_in: &[HandedIn]) -> Vec<&str> {
    handed_in.iter().filter_map(|one| one.refusal.as_deref()).collect()
}

#[test]
fn the_lab_may_be_in_one_folder_of_the_folder() {
    let check = |found: &[&str]| {
        let handed_in = read(&folder_of(found));
        assert_eq!(refusals(&handed_in), [""; 0]);
        assert_eq!(files(&handed_in), [PARALLEL, POOLED].map(Path::new));
    };
    check(&[PARALLEL, POOLED]);
    check(&[&format!("lab/{PARALLEL}"), &format!("lab/{POOLED}"), "notes/today.txt"]);
}

#[test]
fn files_in_two_folders_are_refused() {
    let handed_in = read(&folder_of(&[&format!("new/{PARALLEL}"), &format!("old/{PARALLEL}")]));
    assert_eq!(files(&handed_in), [""; 0].map(Path::new));
    let expected = "files of exercises are in `new` and in `old`: hand in one folder";
    assert_eq!(refusals(&handed_in), vec![expected; EXERCISES.len()]);
}

#[test]
fn no_link_on_the_way_to_a_file_is_followed() {
    let elsewhere = folder_of(&[PARALLEL]);
    let check = |link: &str, expected: &str| {
        let folder = folder_of(&[POOLED]);
        let path = folder.path().join(link);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(elsewhere.path().join(link), path).unwrap();
        let handed_in = read(&folder);
        assert_eq!(files(&handed_in), [Path::new(POOLED)], "{link}");
        assert_eq!(refusals(&handed_in)[0], format!("{PARALLEL} {expected}"), "{link}");
    };
    check("part1-primes", "is in a linked folder, `part1-primes`");
    check("part1-primes/src/variants", "is in a linked folder, `variants`");
    check(PARALLEL, "is not a regular file");
}

#[test]
fn a_link_is_no_folder_that_was_packed_along() {
    let (folder, elsewhere) = (folder_of(&[]), folder_of(&[PARALLEL]));
    symlink(elsewhere.path(), folder.path().join("lab")).unwrap();
    let handed_in = read(&folder);
    assert!(refusals(&handed_in)[0].starts_with("it has no file of an exercise"));
}

#[test]
fn students_have_a_folder_or_an_archive_each() {
    let submissions = folder_of(&[
        "bob/lab/a.rs",
        "alice.zip",
        "carol.tar.gz",
        "dave.rar",
        "notes.txt",
        "._alice.zip",
        ".git/config",
        "__MACOSX/._alice.zip",
    ]);
    let students = submission::all(submissions.path()).unwrap().submissions;
    let names: Vec<&str> = students.iter().map(|submission| submission.student.as_str()).collect();
    assert_eq!(names, ["alice", "bob", "carol", "dave"]);
}
