//! Tests of the longest chunks: a list of primes has to fit a message, and a count always fits.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::process::{Command, Output};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_part1-primes"));
    program.args(["--from", "0", "--to", "3e8", "--format", "json", "--variant", "work-queue"]);
    program.args(arguments).output().unwrap()
}

#[test]
fn a_sieve_that_counts_takes_chunks_of_any_length() {
    let arguments = ["--method", "sieve", "--count", "--chunk"];
    for (chunk, chunk_count) in [("2e8", 2), ("18446744073709551615", 1)] {
        let output = run(&[&arguments[..], &[chunk]].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let run = &report["runs"][0];
        assert_eq!(run["spans"].as_array().unwrap().len(), chunk_count, "{report}");
        assert_eq!(run["answer"]["count"], 16_252_325, "{report}");
    }
}

#[test]
fn longer_chunks_than_a_message_holds_are_wrong_use() {
    let check = |arguments: &[&str]| {
        let output = run(&[&["--chunk", "1e8"], arguments].concat());
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        let reason = "--chunk 100 000 000 is above 10 000 000, ";
        assert!(message.contains(reason), "{arguments:?}: {message}");
    };
    check(&[]);
    check(&["--method", "sieve"]);
    check(&["--method", "simd", "--count"]);
}
