//! Tests of command lines that `cargo lab` refuses.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

#[path = "../../program/tests/shared/refused.rs"]
mod refused;

use std::{path::Path, process::Command};

fn check_refused(folder: &Path, arguments: &[&str], reason: &str) {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    lab.current_dir(folder);
    refused::check_refused(lab, arguments, reason);
}

#[test]
fn outside_of_the_lab_is_wrong_use() {
    let elsewhere = tempfile::tempdir().unwrap();
    check_refused(elsewhere.path(), &["check"], "is not within the lab");
    check_refused(elsewhere.path(), &["check", "part1"], "is not within the lab");
}

#[test]
fn unknown_arguments_are_wrong_use() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    check_refused(here, &["check", "part4"], "the parts are part1, part2, part3");
    check_refused(here, &["prove"], "prove");
}
