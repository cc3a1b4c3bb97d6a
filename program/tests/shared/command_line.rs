//! Checks of command lines that the tests of all parts share.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Checks that a page and a trace in this folder hold every span of the report.
pub(crate) fn check_page_and_trace(mut program: Command, folder: &Path) {
    let [page, trace] = ["run.html", "run.json"].map(|name| folder.join(name));
    program.args(["--format", "json"]);
    program.arg("--report").arg(&page).arg("--trace").arg(&trace);
    let output = program.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stderr).matches("; open it in ").count(), 2);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let runs = report["runs"].as_array().unwrap();
    let spans: usize = runs.iter().map(|run| run["spans"].as_array().unwrap().len()).sum();

    let page = fs::read_to_string(page).unwrap();
    assert_eq!(page.matches("<rect role=\"img\"").count(), spans);
    let trace: Value = serde_json::from_slice(&fs::read(trace).unwrap()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let complete = events.iter().filter(|event| event["ph"] == "X").count();
    assert_eq!(complete, spans + runs.len());
}

/// Checks that output to a full disk ends with code 1.
#[cfg(target_os = "linux")]
pub(crate) fn check_full_disk(mut program: Command, arguments: &[&str]) {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = program.args(arguments).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
    assert!(text(&output.stderr).contains("error: cannot "), "{output:?}");
}
