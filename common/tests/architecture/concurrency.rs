//! Rule: threads and processes start only in a few files, so that readers find all concurrency there.

use crate::{assert_none, rust_code, tree::File};

/// The places where threads and processes may start (see `File::is_in`), each with the reason.
const STARTS_IN: &[(&str, &str)] = &[
    ("*/src/variants/*", "the lesson itself"),
    ("*/tests", "tests start programs, and prove overlap"),
    ("benches/src/child", "what is measured is a process of its own, killed if it hangs"),
    (
        "benches/src/sections/sieving/in_process/each_number",
        "a peer on all cores, as its users would have it",
    ),
    ("gate/src/server", "the served gate listens while its workers wait"),
    ("exam", "a candidate starts the thread that every other run has started, too"),
    ("instructor/src/corpus", "the grader's own proof is made under load"),
    ("instructor/src/grade", "what is built is proved while the next submission is built"),
    ("instructor/src/handout", "cargo writes the lock file of a handout"),
    (
        "interrupt/src",
        "signals are waited for beside the work, and calls that nothing can wake are left behind",
    ),
    ("lab/src/compile", "cargo builds what others wrote"),
    ("lab/src/examiner", "it listens while candidates wait"),
    ("lab/src/sandbox", "a submission runs in processes of its own, and is listened to"),
    ("lab/src/warden", "it starts the submission that it watches over"),
    ("mock-web/src/local_process", "the local web is a process of its own, its clock not ours"),
    ("mock-web/src/server", "the local web answers on a thread of its own, a task a connection"),
    ("part1-primes/src/bin/*", "the candidate of an exam starts the worker that is examined"),
    ("process-pool/examples/*", "the example starts a pool of itself"),
    ("process-pool/src", "the pool starts workers, and a thread to read each"),
    ("program/src/progress", "the bar is drawn beside the work"),
    ("sieve/src/lazy_lock", "a test in which threads share a value"),
    ("sieve/src/parallel", "a library's form for all cores; no part of the lab uses it"),
];

/// Code that starts a thread or a process, or a pool of them.
const STARTERS: &[&str] = &[
    "thread::spawn",
    "thread::scope",
    "thread::Builder",
    "spawn(",
    "spawn_scoped(",
    "scope(|",
    "rayon::",
    "ThreadPoolBuilder",
    "Command::new",
];

#[test]
fn threads_and_processes_start_only_in_their_places() {
    let is_elsewhere = |file: &File| !STARTS_IN.iter().any(|(place, _)| file.is_in(place));
    let mut offences = Vec::new();
    for starter in STARTERS {
        for place in rust_code::places_holding(starter, is_elsewhere) {
            offences.push(format!(
                "{place}: `{starter}` starts concurrency: move it to a variant, or give the place \
                 a row in STARTS_IN"
            ));
        }
    }
    assert_none(&offences);
}
