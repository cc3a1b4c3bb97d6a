//! Compares counts without a sieve, and nth primes, with an independent reference, the program
//! `primecount`.
//!
//! Without primecount, the tests report that they are skipped. If `REQUIRE_PRIMECOUNT` is set, they
//! fail.

use sieve::{nth_prime, prime_count};

use crate::judge;

/// Runs primecount; returns `None` if it is not installed.
fn primecount(test: &str, number: u64, arguments: &[&str]) -> Option<u64> {
    let number = number.to_string();
    let arguments = [&[&*number], arguments].concat();
    judge::number(test, "primecount", "REQUIRE_PRIMECOUNT", &arguments)
}

/// Checks each number with `ours`, and with primecount and these arguments.
fn check(test: &str, numbers: &[u64], ours: impl Fn(u64) -> Option<u64>, arguments: &[&str]) {
    for &number in numbers {
        let Some(expected) = primecount(test, number, arguments) else { return };
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
