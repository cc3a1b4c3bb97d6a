//! Tests of the program `peers`: a single job, and the arguments that it refuses.

#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

#[path = "../../program/tests/shared/refused.rs"]
mod refused;

use std::{
    fs,
    process::{Command, Output},
};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_peers"))
}

fn peers(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("our own program")
}

fn check_refused(arguments: &[&str], reason: &str) {
    refused::check_refused(program(), arguments, reason);
}

#[test]
fn a_job_prints_its_answer() {
    let check = |arguments: &[&str], expected: &str| {
        let output = peers(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{arguments:?}");
    };
    check(&["job", "sieve", "count", "10", "20", "1"], "4\n");
    check(&["job", "sieve", "lines", "0", "10", "1"], "2\n3\n5\n7\n");
    check(&["job", "primal", "sum", "0", "10", "1"], "17\n");
    check(&["job", "sieve-plain", "sum-by-for", "0", "10", "1"], "17\n");
}

#[test]
fn nonsense_is_refused() {
    check_refused(&[], "subcommand");
    check_refused(&["job", "sieve", "count", "20", "10", "1"], "END has to be above START");
    check_refused(&["job", "primal", "count", "10", "20", "1"], "use `sieve`");
    check_refused(&["sieve", "--rounds", "0"], "1 to 1000 rounds");
    check_refused(&["sieve", "--rounds", "2", "--quick"], "cannot be used with");
    check_refused(&["sieve", "--instructions", "mmx"], "plain, avx2, avx512");
    check_refused(&["sieve", "--only", "no such job"], "no job has one of");
    check_refused(&["documents", "clear", "users"], "names no collection");
}

#[test]
fn without_a_database_scraping_is_refused_with_the_reason() {
    let output = Command::new(env!("CARGO_BIN_EXE_peers"))
        .args(["scrape", "--quick"])
        .env_remove("MONGODB_URI")
        .output()
        .expect("our own program");
    assert!(output.status.success(), "{output:?}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("Left out: `MONGODB_URI` names no server"), "{stdout}");
}

#[test]
fn a_readme_without_a_place_for_the_table_is_refused_at_once() {
    let readme = tempfile::NamedTempFile::new().expect("a file");
    fs::write(readme.path(), "no markers").expect("a disk");
    let path = readme.path().to_str().expect("a path of ASCII");
    check_refused(&["sieve", "--json", &format!("{path}/new")], "name a file that you may write");
    check_refused(&["sieve", "--json", "/"], "name a file that you may write");
    check_refused(&["sieve", "--markdown", "/no/such/file"], "/no/such/file");
    check_refused(&["sieve", "--markdown", path], "<!-- peers:sieve -->");
    check_refused(&["all", "--markdown", path], "<!-- peers:primes -->");
    let plain = ["sieve", "--instructions", "plain", "--markdown", path];
    check_refused(&plain, "<!-- peers:sieve-plain -->");
}
