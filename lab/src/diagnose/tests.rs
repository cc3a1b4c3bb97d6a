//! Tests of the diagnoses, on exam sessions that are made up here.

use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::{examiner::Thread, verdict::Status};

const CANDIDATE: u32 = 10;

/// An exam session in which each of these processes, given with its parent, did a piece of work.
fn session(workers: &[(u32, Option<u32>)]) -> ExamSession {
    let held_requests = workers.iter().map(|&(pid, parent)| HeldRequest {
        piece: 0..1,
        pid,
        parent,
        thread: Some(Thread { id: pid, name: "worker".to_owned() }),
        cpu: None,
        since: Duration::ZERO,
        until: None,
        wave: Some(0),
    });
    let mut session = ExamSession::of(Vec::new(), Value::Null);
    session.candidate = Some(CANDIDATE);
    session.record.held_requests = held_requests.collect();
    session
}

/// Checks the verdicts of both checks of processes on these workers.
#[track_caller]
fn check(workers: &[(u32, Option<u32>)], status: Status, diagnosis: Option<Diagnosis>) {
    let session = session(workers);
    for verdict in [
        processes("part1/processes/overlap", &session, workers.len()),
        processes_of_threads("part3/parallel/overlap", &session, workers.len(), 1),
    ] {
        assert_eq!((verdict.status, verdict.diagnosis), (status, diagnosis), "{verdict:?}");
    }
}

#[test]
fn a_worker_is_a_child_of_the_main_process() {
    let child = (11, Some(CANDIDATE));
    check(&[child, (12, Some(CANDIDATE))], Status::Passed, None);
    check(&[child, (13, Some(12))], Status::Failed, Some(Diagnosis::Grandchildren));
    check(&[child, (13, Some(1))], Status::Failed, Some(Diagnosis::Grandchildren));
    let main = (CANDIDATE, Some(1));
    check(&[child, main], Status::Failed, Some(Diagnosis::ThreadsPosingAsProcesses));
    // The kernel does not say who the parent is: the check neither passes nor fails.
    check(&[child, (12, None)], Status::NotJudged, None);
}

#[test]
fn output_of_a_crash_is_evidence_unless_it_is_concealed() {
    let mut session = ExamSession::of(Vec::new(), Value::Null);
    session.final_message = None;
    session.outcome.exit.exit_code = Some(101);
    session.outcome.stderr = "a panic\n".to_owned();
    let evidence = |session: &ExamSession| result::<Value>(session).unwrap_err().1;
    let expected = "its process ended with exit code 101; its stderr: a panic";
    assert_eq!(evidence(&session), expected);
    session.outcome.is_concealed = true;
    assert_eq!(evidence(&session), "its process ended with exit code 101");
}

#[test]
fn a_piece_is_named_as_its_part_names_it() {
    let asked = [7..8, 7..8];
    let words = |piece: &Range<u64>| (format!("item {}", piece.start), "fetched");
    let evidence = |expected: &[Range<u64>], asked: &[Range<u64>]| {
        each_once(expected, asked, words).unwrap_err().1
    };
    assert_eq!(evidence(&asked[..1], &asked), "item 7 was fetched more than once");
    assert_eq!(evidence(&asked[..1], &[]), "item 7 was never fetched");
    assert_eq!(evidence(&[], &asked[..1]), "item 7 was fetched, but is not part of the job");
    assert_eq!(each_once(&asked[..1], &asked[..1], words), Ok(()));
}
