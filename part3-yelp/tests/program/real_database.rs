//! Tests of the whole job with MongoDB, on a server that the test starts and kills.

use std::{process::Command, time::Duration};

use mock_web::faults::Faults;
use serde_json::Value;

use crate::{
    kill_rounds::kill_rounds,
    kills::{await_requests, kill_after, start_program},
    own_server::OwnServer,
    session::{Session, text, web},
};

/// One kill for each variant: early, in the middle, and near the end.
const ROUNDS: usize = 4;

/// A program that stores on this server.
fn storing_on(server: &OwnServer, mut program: Command) -> Command {
    program.env("MONGODB_URI", server.uri()).args(["--store", "mongodb"]);
    program
}

#[test]
fn each_variant_stores_80_documents_that_can_be_looked_at() {
    let test = "each_variant_stores_80_documents_that_can_be_looked_at";
    let Some(server) = OwnServer::start(test) else { return };
    let session = Session::new();
    let run = |arguments: &[&str]| {
        let output = storing_on(&server, session.program()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        text(&output.stdout).to_owned()
    };
    let report = run(&["--latency", "0ms"]);
    assert!(report.contains("80 documents in mongodb (by each of 4 variants)"), "{report}");
    let look = |command| {
        let arguments = [command, "--variant", "parallel", "--store", "mongodb"];
        let mut program = session.program();
        let output = program.env("MONGODB_URI", server.uri()).args(arguments).output().unwrap();
        text(&output.stdout).to_owned()
    };
    assert_eq!(look("count"), "80\n");
    let export = look("export");
    assert_eq!(export.lines().count(), 80);
    let line: Value = serde_json::from_str(export.lines().next().unwrap()).unwrap();
    assert_eq!(line["_id"], line["document"]["id"]);
}

#[test]
fn the_server_may_be_killed_and_started_again() {
    let Some(mut server) = OwnServer::start("the_server_may_be_killed_and_started_again") else {
        return;
    };
    for round in 0..kill_rounds(ROUNDS) {
        let session = Session::new();
        let yelp = web(Duration::from_millis(2), Faults::default());
        let variant = ["sequential", "threads", "processes", "parallel"][round % 4];
        let start = |server: &OwnServer| {
            start_program(storing_on(server, session.client_of(&yelp)), variant)
        };
        let mut child = start(&server);
        await_requests(&yelp, &mut child, kill_after(round));
        server.kill();
        server.restart();
        // It may have outlasted that, or not: either way the next run finishes the rest.
        child.wait_with_output().unwrap();
        let output = start(&server).wait_with_output().unwrap();
        assert!(output.status.success(), "round {round}, {variant}: {output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["runs"][0]["answer"]["documents"], 80, "round {round}, {variant}");
    }
}
