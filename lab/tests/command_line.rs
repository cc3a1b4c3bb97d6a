//! Tests of command lines that `cargo lab` refuses.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{path::Path, process::Command};

fn check_refused(folder: &Path, arguments: &[&str], reason: &str) {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    let output = lab.args(arguments).current_dir(folder).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), output.stdout.len()),
        (Some(2), 0),
        "{arguments:?}: {stderr}"
    );
    assert!(stderr.starts_with("error: ") && stderr.lines().count() == 1, "{stderr}");
    assert!(stderr.contains(reason), "{stderr}");
}

#[test]
fn outside_of_the_lab_is_wrong_use() {
    let elsewhere = tempfile::tempdir().unwrap();
    check_refused(elsewhere.path(), &["check"], "is not within the lab");
    check_refused(elsewhere.path(), &["check", "part1"], "is not within the lab");
}

#[test]
fn what_makes_no_sense_is_wrong_use() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    check_refused(here, &["check", "part4"], "the parts are part1, part2, part3");
    check_refused(here, &["prove"], "prove");
}
