//! Tests that `kill -9` at any time loses, doubles and damages no stored document.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use mock_web::{MockWeb, faults::Faults};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

use crate::{
    kill_rounds::kill_rounds,
    session::{Session, text, web},
};

/// How many times a run is killed: two for each variant, or four where there are two variants. The
/// kills come at the first search, in the middle, and near the end.
const ROUNDS: usize = 8;

/// So that the times of the kills differ.
const LATENCY: Duration = Duration::from_millis(2);

/// A number of requests after which to kill, another one in each round; there are 84.
pub(crate) fn kill_after(round: usize) -> u64 {
    1 + (round * 31 % 83) as u64
}

fn start(session: &Session, web: &MockWeb, variant: &str) -> Child {
    start_program(session.client_of(web), variant)
}

pub(crate) fn start_program(mut program: Command, variant: &str) -> Child {
    program.args(["--variant", variant, "--max-age", "24h", "--format", "json"]);
    program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the program has made this many requests, or has ended.
pub(crate) fn await_requests(web: &MockWeb, child: &mut Child, requests: u64) {
    while web.observed().requests < requests && child.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
}

/// Exactly the 80 documents, each whole.
fn assert_all_stored(session: &Session, child: Child, context: &str) {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{context}: {output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["runs"][0]["answer"]["documents"], 80, "{context}");
    let export = session.run(&["export"]);
    let export = text(&export.stdout);
    let ids = export.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["_id"], line["document"]["id"], "{context}");
        line["_id"].to_string()
    });
    let mut ids: Vec<String> = ids.collect();
    ids.dedup();
    assert_eq!(ids.len(), 80, "{context}");
}

#[test]
fn the_program_may_be_killed_and_started_again() {
    for round in 0..kill_rounds(ROUNDS) {
        let session = Session::new();
        let yelp = web(LATENCY, Faults::default());
        let variant = ["sequential", "threads", "processes", "parallel"][round % 4];
        let mut child = start(&session, &yelp, variant);
        await_requests(&yelp, &mut child, kill_after(round));
        child.kill().unwrap();
        child.wait().unwrap();
        let stored = session.count();

        // Another one, which no request of the former run can reach any more.
        let yelp = web(LATENCY, Faults::default());
        let child = start(&session, &yelp, variant);
        assert_all_stored(&session, child, &format!("round {round}, {variant}"));
        // Workers end with their parent, but one may have stored its city meanwhile.
        let requests = yelp.observed().requests;
        assert!(requests <= 84 - stored, "round {round}, {variant}: {requests}, {stored}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_worker_may_be_killed_and_another_finishes_its_city() {
    for round in 0..kill_rounds(ROUNDS) {
        let session = Session::new();
        let yelp = web(LATENCY, Faults::default());
        let variant = ["processes", "parallel"][round % 2];
        let mut child = start(&session, &yelp, variant);
        await_requests(&yelp, &mut child, kill_after(round));
        let workers = children_of(child.id());
        if let Some(worker) = workers.get(round % workers.len().max(1)) {
            // It may have ended just now.
            let _ = kill(Pid::from_raw(worker.cast_signed()), Signal::SIGKILL);
        }
        assert_all_stored(&session, child, &format!("round {round}, {variant}"));
    }
}

/// The processes whose parent this is, as `/proc/PID/stat` has it behind the name.
#[cfg(target_os = "linux")]
pub(crate) fn children_of(parent: u32) -> Vec<u32> {
    let is_child = |pid: &u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        after_name.split_whitespace().nth(1) == Some(&parent.to_string())
    };
    let names = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.file_name());
    names.filter_map(|name| name.to_str()?.parse().ok()).filter(is_child).collect()
}
