//! Compares counts without a sieve, and nth primes, with an independent reference, the program
//! `primecount`.
//!
//! Without primecount, the tests report that they are skipped. If `REQUIRE_PRIMECOUNT` is set, they
//! fail.

use std::{
    env,
    io::{self, ErrorKind, Write},
    process::Command,
};

use sieve::{nth_prime, prime_count};

/// Runs primecount; returns `None` if it is not installed.
fn primecount(number: u64, arguments: &[&str]) -> Option<u64> {
    let mut primecount = Command::new("primecount");
    let output = match primecount.arg(number.to_string()).args(arguments).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            assert!(env::var_os("REQUIRE_PRIMECOUNT").is_none(), "primecount is not on PATH");
            return None;
        }
        output => output.expect("primecount to start"),
    };
    let text = String::from_utf8(output.stdout).expect("primecount to write text");
    assert!(output.status.success(), "primecount {number} {arguments:?}: {text}");
    Some(text.trim().parse().expect("primecount to write a number"))
}

/// Checks each number with `ours`, and with primecount and these arguments.
fn check(test: &str, numbers: &[u64], ours: impl Fn(u64) -> Option<u64>, arguments: &[&str]) {
    for &number in numbers {
        let Some(expected) = primecount(number, arguments) else {
            let skipped = format!("SKIPPED: {test}, since primecount is not on PATH");
            writeln!(io::stderr(), "{skipped}").expect("standard error to be open");
            return;
        };
        assert_eq!(ours(number), Some(expected), "{number} {arguments:?}");
    }
}

fn check_counts(test: &str, numbers: &[u64]) {
    check(test, numbers, |number| prime_count(number).ok(), &[]);
}

fn check_nth_primes(test: &str, numbers: &[u64]) {
    check(test, numbers, nth_prime, &["--nth-prime"]);
}

/// Numbers without a pattern, one for each power of ten.
const NUMBERS: [u64; 12] = [
    7,
    31,
    314,
    3_141,
    31_415,
    314_159,
    3_141_592,
    31_415_926,
    314_159_265,
    3_141_592_653,
    31_415_926_535,
    314_159_265_358,
];

#[test]
fn counts() {
    check_counts("counts", &NUMBERS);
}

#[test]
fn nth_primes() {
    check_nth_primes("nth_primes", &NUMBERS[..10]);
}

#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn large_counts() {
    check_counts("large_counts", &[999_999_999_999, 2_718_281_828_459, 9_999_999_999_999]);
}

#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn large_nth_primes() {
    check_nth_primes("large_nth_primes", &[10_000_000_019, 141_421_356_237]);
}
