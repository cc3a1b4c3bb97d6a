//! Tests that the sketch of `run_autograder` always leaves a `results.json` for Gradescope.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use serde_json::Value;

const INSTRUCTORS: &str = include_str!("../../INSTRUCTORS.md");

/// The output of `cargo lab export` here.
const EXPORTED: &str = r#"{"score": 7}"#;

/// The script in INSTRUCTORS.md.
fn sketch() -> &'static str {
    let (_, after) = INSTRUCTORS.split_once("`run_autograder`, which").unwrap();
    let (_, script) = after.split_once("```bash\n").unwrap();
    script.split_once("```").unwrap().0
}

/// Runs the sketch with a `cargo` that does this where it grades and where it exports; returns the
/// `results.json` that is there afterwards.
fn results_of(grade: &str, export: &str) -> Value {
    let autograder = tempfile::tempdir().unwrap();
    let path = |name: &str| autograder.path().join(name);
    for folder in ["source/lab", "submission", "results", ".cargo/bin"] {
        fs::create_dir_all(path(folder)).unwrap();
    }
    let cargo = path(".cargo/bin/cargo");
    // The last argument of an export is where it goes.
    let fake = format!(
        "#!/usr/bin/env bash\nout=${{@: -1}}\ncase $2 in\ngrade) {grade};;\nexport) {export};;\nesac\n"
    );
    fs::write(&cargo, fake).unwrap();
    fs::set_permissions(&cargo, Permissions::from_mode(0o755)).unwrap();
    let script = sketch().replace("/autograder/", &format!("{}/", autograder.path().display()));
    fs::write(path("run_autograder"), script).unwrap();
    Command::new("bash")
        .arg(path("run_autograder"))
        .env("HOME", autograder.path())
        .env("TMPDIR", autograder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    serde_json::from_slice(&fs::read(path("results/results.json")).unwrap()).unwrap()
}

#[test]
fn results_are_those_of_the_export() {
    let exports = format!("echo '{EXPORTED}' > \"$out\"");
    let expected: Value = serde_json::from_str(EXPORTED).unwrap();
    assert_eq!(results_of("true", &exports), expected);
    assert_eq!(results_of("exit 3", &exports), expected, "verdicts so far count");
}

#[test]
fn whatever_dies_leaves_results_that_say_so() {
    let exports = format!("echo '{EXPORTED}' > \"$out\"");
    let check = |grade: &str, export: &str| {
        let results = results_of(grade, export);
        assert_eq!(results["score"], 0, "{grade}, {export}");
        assert!(
            results["output"].as_str().unwrap().starts_with("The grader did not get to its end")
        );
    };
    check("kill -KILL $PPID", &exports);
    check("kill -KILL $$", "exit 3");
    check("true", "kill -KILL $$");
    check("true", "printf '{\"score' > \"$out\"; kill -KILL $$");
    check("true", "printf '{\"score' > \"$out\"; kill -KILL $PPID");
}
