//! Compares counts with an independent reference, the program `primesieve`.
//!
//! Without primesieve, the tests report that they are skipped. If `REQUIRE_PRIMESIEVE` is set, they
//! fail.

use std::{
    env,
    io::{self, ErrorKind, Write},
    iter,
    ops::Range,
    process::Command,
};

/// Counts primes with primesieve; returns `None` if it is not installed.
fn primesieve(numbers: &Range<u64>) -> Option<u64> {
    let last = numbers.end - 1; // primesieve includes it
    // The numbers come first: a number right after `--count` would be an argument of that option.
    let arguments = [&numbers.start.to_string(), &last.to_string(), "--count", "--quiet"];
    let output = match Command::new("primesieve").args(arguments).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            assert!(env::var_os("REQUIRE_PRIMESIEVE").is_none(), "primesieve is not on PATH");
            return None;
        }
        output => output.expect("primesieve to start"),
    };
    let text = String::from_utf8(output.stdout).expect("primesieve to write text");
    assert!(output.status.success(), "primesieve {arguments:?}: {text}");
    Some(text.trim().parse().expect("primesieve to write a number"))
}

fn check(test: &str, ranges: impl IntoIterator<Item = Range<u64>>) {
    for numbers in ranges {
        let Some(expected) = primesieve(&numbers) else {
            let skipped = format!("SKIPPED: {test}, since primesieve is not on PATH");
            writeln!(io::stderr(), "{skipped}").expect("standard error to be open");
            return;
        };
        assert_eq!(sieve::count(numbers.clone()), expected, "count of {numbers:?}");
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
