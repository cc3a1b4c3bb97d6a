//! Looking at what was stored, without a client of the database.

use serde_json::Value;

use crate::session::{Session, text};

#[test]
fn documents_are_exported_counted_and_shown() {
    let session = Session::new();
    assert!(session.run(&["--variant", "threads", "--latency", "0ms"]).status.success());
    assert_eq!(session.count(), 80);

    let export = session.run(&["export"]);
    assert!(export.status.success(), "{export:?}");
    let lines: Vec<Value> =
        text(&export.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 80);
    let first = &lines[0];
    let id = first["_id"].as_str().unwrap();
    assert_eq!(first["document"]["id"], *id);
    assert!(first["fetched_at"].as_str().unwrap().ends_with('Z'));
    assert!(["Seattle", "Austin", "Chicago", "Boston"].map(Value::from).contains(&first["city"]));

    let show = session.run(&["show", id]);
    assert_eq!(serde_json::from_slice::<Value>(&show.stdout).unwrap(), *first);
}

#[test]
fn what_is_not_there_is_code_1() {
    let session = Session::new();
    assert_eq!(session.count(), 0);
    let show = session.run(&["show", "no-such-business"]);
    assert_eq!(show.status.code(), Some(1));
    assert!(text(&show.stderr).contains("no-such-business"), "{show:?}");
}

#[test]
fn variants_that_were_compared_have_their_own() {
    let session = Session::new();
    let arguments = ["--variant", "threads", "--variant", "sequential", "--latency", "0ms"];
    assert!(session.run(&arguments).status.success());
    assert_eq!(session.count(), 0);
    let count = session.run(&["count", "--variant", "threads"]);
    assert_eq!(text(&count.stdout), "80\n");
}
