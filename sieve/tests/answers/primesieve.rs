//! Compares counts with an independent reference, the program `primesieve`.
//!
//! Without primesieve, the tests report that they are skipped. If `REQUIRE_PRIMESIEVE` is set, they
//! fail.

use std::{iter, ops::Range};

use crate::judge;

/// Counts primes, or tuplets of K primes, with primesieve; returns `None` if it is not installed.
fn primesieve<const K: usize>(test: &str, numbers: &Range<u64>) -> Option<u64> {
    let last = numbers.end - 1; // primesieve includes it
    let count = format!("--count={K}");
    let arguments = [&numbers.start.to_string(), &last.to_string(), &count, "--quiet"];
    judge::number(test, "primesieve", "REQUIRE_PRIMESIEVE", &arguments)
}

fn check(test: &str, ranges: impl IntoIterator<Item = Range<u64>>) {
    check_with::<1>(test, ranges, sieve::count);
}

fn check_with<const K: usize>(
    test: &str,
    ranges: impl IntoIterator<Item = Range<u64>>,
    count: impl Fn(Range<u64>) -> u64,
) {
    for numbers in ranges {
        let Some(expected) = primesieve::<K>(test, &numbers) else { return };
        assert_eq!(count(numbers.clone()), expected, "count of {numbers:?} for {K}");
    }
}

#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn ten_million_numbers_from_powers_of_ten() {
    let ranges = (9..=19).map(|power| 10_u64.pow(power)..10_u64.pow(power) + 10_000_000);
    check("ten_million_numbers_from_powers_of_ten", ranges);
}

#[test]
fn two_hundred_million_numbers_from_powers_of_ten() {
    let ranges = (8..=12).map(|power| 10_u64.pow(power)..10_u64.pow(power) + 200_000_000);
    check("two_hundred_million_numbers_from_powers_of_ten", ranges);
}

/// The suite has this count as a constant: see `known_counts`.
#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn the_last_numbers() {
    check("the_last_numbers", iter::once(u64::MAX - 100_000..u64::MAX));
}

/// In ten million numbers from odd places.
fn check_tuplets<const K: usize>() {
    let ranges = (0..=15).step_by(3).map(|power| 10_u64.pow(power) + 7 * K as u64);
    check_with::<K>(
        "tuplets_of_ten_million_numbers",
        ranges.map(|start| start..start + 10_000_001),
        sieve::count_tuplets::<K>,
    );
}

#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn tuplets_of_ten_million_numbers() {
    check_tuplets::<2>();
    check_tuplets::<3>();
    check_tuplets::<4>();
    check_tuplets::<5>();
    check_tuplets::<6>();
}
