//! Tests of the examiner's record: how many requests are held at once, and by which threads.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    os::unix::{fs::MetadataExt, net::UnixStream},
    process, thread,
    time::Duration,
};

use exam::Question;
use lab::{
    examiner::{Examiner, Record, Reply},
    piece_gate::{HoldTimeouts, ReleaseRule},
};
use serde_json::{Value, json};

const HOLD_TIMEOUTS: HoldTimeouts =
    HoldTimeouts { still: Duration::from_mins(1), moving: Duration::from_mins(1) };
const SHORT_TIMEOUTS: HoldTimeouts =
    HoldTimeouts { still: Duration::from_millis(20), moving: Duration::from_millis(20) };

/// The user of this process.
fn user() -> u32 {
    fs::metadata("/proc/self").unwrap().uid()
}

/// Lets some threads send a request each, all at once or one after another.
fn ask(threads: u64, rule: ReleaseRule, timeouts: HoldTimeouts, at_once: bool) -> Record {
    let folder = tempfile::tempdir().unwrap();
    let twice = |pid, question| {
        assert_eq!(pid, process::id());
        let Question::Piece { from, .. } = question else { panic!("{question:?}") };
        Some(Reply::Held(json!(from * 2)))
    };
    let examiner = Examiner::serve(folder.path(), user(), rule, timeouts, twice).unwrap();
    let candidate = exam::Examiner::at(examiner.path().to_owned());
    thread::scope(|scope| {
        for number in 0..threads {
            let candidate = candidate.clone();
            let asking = thread::Builder::new()
                .name(format!("asks-{number}"))
                .spawn_scoped(scope, move || candidate.piece::<u64>(number..number).unwrap())
                .unwrap();
            if !at_once {
                assert_eq!(asking.join().unwrap(), number * 2);
            }
        }
    });
    examiner.record()
}

#[test]
fn simultaneous_requests_are_a_wave_with_thread_names() {
    let record = ask(3, ReleaseRule::all_at_once(3), HOLD_TIMEOUTS, true);
    assert!(record.seen.shortage.is_none() && record.seen.peak == 3);
    let threads = record.held_requests.iter().map(|request| request.thread.clone().unwrap());
    let names: BTreeSet<String> = threads.map(|thread| thread.name).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["asks-0", "asks-1", "asks-2"]);
    assert!(record.held_requests.iter().all(|request| request.pid == process::id()));
    assert_eq!(record.threads_when_stuck, None);
}

#[test]
fn a_timeline_distinguishes_threads_by_their_ids() {
    let timeline = ask(3, ReleaseRule::all_at_once(3), HOLD_TIMEOUTS, true).timeline();
    let threads: BTreeSet<u32> = timeline.iter().map(|span| span.tid.unwrap()).collect();
    assert_eq!(threads.len(), 3);
}

#[test]
fn requests_in_turns_are_no_wave() {
    let record = ask(3, ReleaseRule::waves(2, 1, 3), SHORT_TIMEOUTS, false);
    let shortage = record.seen.shortage.unwrap();
    assert_eq!((shortage.released, shortage.waiting, shortage.left), (0, 1, 2));
    assert_eq!((record.seen.peak, record.held_requests.len()), (1, 3));
    assert!(record.threads_when_stuck.is_some());
}

#[test]
fn a_question_that_is_not_in_the_exam_is_hung_up_on() {
    let folder = tempfile::tempdir().unwrap();
    let examiner =
        Examiner::serve(folder.path(), user(), ReleaseRule::AllWhenStill, HOLD_TIMEOUTS, |_, _| {
            None
        });
    let examiner = examiner.unwrap();
    let candidate = exam::Examiner::at(examiner.path().to_owned());
    candidate.piece::<Value>(0..1).unwrap_err();
}

#[test]
fn a_process_of_another_user_is_hung_up_on() {
    let folder = tempfile::tempdir().unwrap();
    let answer = |_, _| Some(Reply::Now(json!(7)));
    for (expected, user) in [(Some(7), user()), (None, user() + 1)] {
        let examiner =
            Examiner::serve(folder.path(), user, ReleaseRule::AllWhenStill, HOLD_TIMEOUTS, answer)
                .unwrap();
        let candidate = exam::Examiner::at(examiner.path().to_owned());
        assert_eq!(candidate.piece::<u64>(0..1).ok(), expected);
        drop(examiner);
        fs::remove_file(folder.path().join(exam::SOCKET)).unwrap();
    }
}

#[test]
fn a_flood_of_connections_is_cut_off_and_leaves_the_examiner_at_work() {
    let folder = tempfile::tempdir().unwrap();
    let answer = |_, _| Some(Reply::Now(json!(7)));
    let examiner =
        Examiner::serve(folder.path(), user(), ReleaseRule::AllWhenStill, HOLD_TIMEOUTS, answer)
            .unwrap();
    let candidate = exam::Examiner::at(examiner.path().to_owned());
    // They say nothing. The last one is read from only when all before it were accepted.
    let connect = || UnixStream::connect(examiner.path()).unwrap();
    let mut flood: Vec<UnixStream> = (0..400).map(|_| connect()).collect();
    assert_eq!(flood.pop().unwrap().read(&mut [0]).unwrap(), 0, "it was hung up on");
    candidate.piece::<u64>(0..1).unwrap_err();
    drop(flood);
    while candidate.piece::<u64>(0..1).is_err() {}
}
