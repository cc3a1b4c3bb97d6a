//! Rule: programs print only through `program::command_line`, which escapes text for terminals.

use crate::{assert_none, rust_code, tree::File};

/// The other places that may write to stdout or stderr (see `File::is_in`), each with the reason.
const WRITES: &[(&str, &str)] = &[
    ("*/tests", "tests say what they skip"),
    ("benches/src/cli", "jobs whose speed is measured write digits"),
    ("lab/src/compile", "it asks whether stderr is a terminal"),
    ("mock-web/src/local_process", "messages to the parent process"),
    ("part1-primes/src/cli", "millions of primes, which are digits"),
    ("part3-yelp/src/cli/stored", "documents, one at a time, through `printable::json`"),
    ("process-pool/src/heartbeat", "messages to the parent process"),
    ("process-pool/src/worker", "it watches whether the parent still reads"),
    ("program/src/command_line/output", "the way of all text to a terminal"),
    ("sieve/examples/*", "this crate depends on nothing of ours"),
];

const STREAMS: &[&str] = &["io::stdout", "io::stderr"];

#[test]
fn programs_print_through_one_module() {
    let is_elsewhere = |file: &File| !WRITES.iter().any(|(place, _)| file.is_in(place));
    let mut offences = Vec::new();
    for stream in STREAMS {
        for place in rust_code::places_holding(stream, is_elsewhere) {
            offences.push(format!(
                "{place}: `{stream}` reaches a terminal unescaped: use `tell` or `print` of \
                 `program::command_line`, or give the place a row in WRITES"
            ));
        }
    }
    assert_none(&offences);
}
