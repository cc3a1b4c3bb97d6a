//! Tests of the commands that print stored documents.

use std::{
    fs::{self, File, Permissions},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    time::Duration,
};

use mock_web::faults::{Fault, Faults};
use rusqlite::Connection;
use serde_json::Value;

use crate::session::{Session, text, web};

const STORE: &str = "target/lab/yelp.db";

/// The names of all files of a folder.
fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

fn filled() -> Session {
    let session = Session::new();
    assert!(session.run(&["--variant", "threads", "--latency", "0ms"]).status.success());
    session
}

#[test]
fn documents_are_exported_counted_and_shown() {
    let session = filled();
    assert_eq!(session.count(), 80);

    let export = session.run(&["export"]);
    assert!(export.status.success(), "{export:?}");
    let lines: Vec<Value> =
        text(&export.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 80);
    let first = &lines[0];
    let id = first["_id"].as_str().unwrap();
    assert_eq!(first["document"]["id"], *id);
    assert_eq!(first["cities"], Value::from(vec![first["city"].clone()]));
    assert!(first["fetched_at"].as_str().unwrap().ends_with('Z'));
    assert!(["Seattle", "Austin", "Chicago", "Boston"].map(Value::from).contains(&first["city"]));

    let show = session.run(&["show", id]);
    assert_eq!(serde_json::from_slice::<Value>(&show.stdout).unwrap(), *first);
}

#[test]
fn a_missing_document_is_code_1() {
    let session = filled();
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

#[test]
fn a_business_of_two_cities_shows_both() {
    let session = Session::new();
    let cities = session.file("cities", "St. Louis\nSt Louis\n".as_bytes());
    let run = session.run(&["--cities", cities.to_str().unwrap(), "--latency", "0ms"]);
    assert!(run.status.success(), "{run:?}");
    let export = session.run(&["export", "--variant", "parallel"]);
    let lines =
        text(&export.stdout).lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    assert_eq!(lines.len(), 20);
    for line in lines {
        assert_eq!(line["city"], "St Louis");
        assert_eq!(line["cities"], Value::from(vec!["St Louis", "St. Louis"]));
    }
}

#[test]
fn half_a_surrogate_pair_is_shown_as_it_came() {
    let session = filled();
    let export = session.run(&["export"]);
    let first: Value = serde_json::from_str(text(&export.stdout).lines().next().unwrap()).unwrap();
    let id = first["_id"].as_str().unwrap();
    let body = format!(r#"{{"id":"{id}","snippet_text":"great food \ud83d..."}}"#);
    let path = format!("/v2/business/{}", part3_yelp::api::encode(id));
    let fault = Fault::Answer { status: 200, body: body.clone().into_bytes() };
    let yelp = web(Duration::ZERO, Faults::default().always(&path, fault));
    let run = session.client_of(&yelp).args(["--variant", "parallel"]).output().unwrap();
    assert!(run.status.success(), "{run:?}");
    assert_eq!(session.count(), 80);
    let show = session.run(&["show", id]);
    assert!(text(&show.stdout).contains(&body), "{show:?}");
}

#[test]
fn a_document_that_is_no_object_is_named_and_costs_itself_alone() {
    let session = filled();
    let export = session.run(&["export"]);
    let lines = text(&export.stdout).lines();
    let ids = lines.map(|line| serde_json::from_str::<Value>(line).unwrap()["_id"].clone());
    let ids: Vec<Value> = ids.collect();
    let store = Connection::open(session.path(STORE)).unwrap();
    let spoiled = ["not JSON", "{\"id\": \"trunca", "[1]", "null", "", "{} {}"];
    for (id, body) in ids.iter().zip(spoiled) {
        let changed = store
            .execute(
                "UPDATE business SET document = ?1 WHERE id = ?2",
                [body, id.as_str().unwrap()],
            )
            .unwrap();
        assert_eq!(changed, 1);
    }
    let export = session.run(&["export"]);
    assert_eq!(export.status.code(), Some(1), "{export:?}");
    assert_eq!(text(&export.stdout).lines().count(), 80 - spoiled.len());
    let message = text(&export.stderr);
    assert_eq!(message.lines().count(), spoiled.len(), "{message}");
    for id in &ids[..spoiled.len()] {
        assert!(message.contains(&format!("under the id {id}: its document is not")), "{message}");
        let show = session.run(&["show", id.as_str().unwrap()]);
        assert_eq!((show.status.code(), text(&show.stdout)), (Some(3), ""), "{show:?}");
        assert_eq!(text(&show.stderr).lines().count(), 1, "{show:?}");
        assert!(text(&show.stderr).contains("its document is not"), "{show:?}");
    }
    assert!(session.run(&["show", ids[spoiled.len()].as_str().unwrap()]).status.success());
}

#[test]
fn a_row_that_is_no_business_costs_itself_alone() {
    let session = filled();
    let store = Connection::open(session.path(STORE)).unwrap();
    let ids = "(SELECT id FROM business ORDER BY id LIMIT 2)";
    for (column, value) in [("document", "x'ff'"), ("fetched_at", "'yesterday'"), ("cities", "'{'")]
    {
        let sql = format!("UPDATE business SET {column} = {value} WHERE id IN {ids}");
        assert_eq!(store.execute(&sql, []).unwrap(), 2);
        let export = session.run(&["export"]);
        assert_eq!(export.status.code(), Some(1), "{export:?}");
        assert_eq!(text(&export.stdout).lines().count(), 78, "{export:?}");
        assert!(text(&export.stderr).contains("has invalid documents"), "{export:?}");
    }
}

#[test]
fn a_store_that_is_not_there_is_code_3_and_stays_away() {
    let session = Session::new();
    for arguments in
        [&["count"][..], &["export"], &["show", "a"], &["count", "--variant", "threads"]]
    {
        for store in ["sqlite", "sqlite:nowhere/yelp.db"] {
            let look = session.program().args(arguments).args(["--store", store]).output().unwrap();
            assert_eq!(look.status.code(), Some(3), "{look:?}");
            assert_eq!(text(&look.stderr).lines().count(), 1, "{look:?}");
            assert!(text(&look.stderr).contains("there is no store at sqlite:"), "{look:?}");
            assert_eq!(files(&session.path("")), [""; 0], "{arguments:?}");
        }
    }
    session.file("empty.db", b"");
    let count = session.run(&["count", "--store", "sqlite:empty.db"]);
    assert_eq!(text(&count.stdout), "0\n", "{count:?}");
    assert_eq!(fs::metadata(session.path("empty.db")).unwrap().len(), 0);
}

#[test]
fn looking_leaves_no_trace() {
    let session = filled();
    let store = session.path(STORE);
    let before = fs::read(&store).unwrap();
    for arguments in [&["count"][..], &["export"], &["count", "--variant", "threads"]] {
        assert!(session.run(arguments).status.success());
    }
    assert_eq!(files(store.parent().unwrap()), ["yelp.db"]);
    assert!(fs::read(&store).unwrap() == before);
}

#[test]
fn looking_waits_for_no_writer_and_sees_what_is_written() {
    let session = filled();
    let writer = Connection::open(session.path(STORE)).unwrap();
    writer
        .execute_batch(
            "DELETE FROM business WHERE city = 'Boston'; BEGIN IMMEDIATE; DELETE FROM business",
        )
        .unwrap();
    assert_eq!(session.count(), 60, "what is committed, be it in the log alone");
    assert_eq!(text(&session.run(&["export"]).stdout).lines().count(), 60);
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(session.count(), 0);
}

#[test]
fn files_and_folders_that_are_read_only_can_be_looked_at() {
    let session = filled();
    let (store, program) = (session.path(STORE), session.path("part3-yelp"));
    fs::copy(session.program().get_program(), &program).unwrap();
    let folder = store.parent().unwrap();
    for (path, mode) in [(&*session.path(""), 0o755), (&*store, 0o444), (folder, 0o555)] {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    let mut count = session.program_at(&program);
    if File::create(folder.join("root-may-write")).is_ok() {
        fs::remove_file(folder.join("root-may-write")).unwrap();
        // Of nobody, whatever number that is: not root in any case.
        count.uid(65534);
    }
    let count = count.arg("count").output().unwrap();
    fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    assert_eq!(text(&count.stdout), "80\n", "{count:?}");
    assert_eq!(files(folder), ["yelp.db"]);
}
