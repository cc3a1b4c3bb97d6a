//! All strategies give the same answers, on both sides of the border between two strategies.

use std::ops::Range;

use sieve::{SharedSieve, Sieve};

use crate::{every_way, reference, sieves};

/// Checks ranges from `start` on: each length, one number less, and one number more.
fn check_lengths(start: u64, lengths: &[u64]) {
    let longest = lengths.iter().max().expect("at least one length") + 1;
    let all = reference::primes(start..start + longest);
    for &length in lengths {
        for end in start + length - 1..=start + length + 1 {
            let expected = &all[..all.partition_point(|&prime| prime < end)];
            every_way::check(sieves::all(), &(start..end), expected);
        }
    }
}

/// Counts a range, and shorter ranges that begin or end a little inside it.
///
/// The expected counts are by primesieve, and by a list, which takes another strategy.
fn check_counts(numbers: &Range<u64>, borders: &[u64], expected: u64) {
    let all: Vec<u64> = Sieve::default().collect(numbers.clone());
    assert_eq!(all.len() as u64, expected, "list of {numbers:?}");
    let below = |limit: u64| all.partition_point(|&prime| prime < limit) as u64;
    for sieve in sieves::all() {
        check_count(sieve, numbers.clone(), expected);
        for &border in borders {
            let (from, to) = (numbers.start + border, numbers.end - border);
            check_count(sieve, from..numbers.end, expected - below(from));
            check_count(sieve, numbers.start..to, below(to));
        }
    }
}

fn check_count(sieve: Sieve, numbers: Range<u64>, expected: u64) {
    assert_eq!(sieve.count(numbers.clone()), expected, "count of {numbers:?} by {sieve:?}");
    #[cfg(feature = "parallel")]
    assert_eq!(sieve.par_count(numbers.clone()), expected, "par_count of {numbers:?} by {sieve:?}");
}

/// A range with at most root / 512 numbers is tested number by number.
#[test]
fn number_by_number_or_by_a_sieve() {
    for power in [18, 20, 30, 32, 34, 38] {
        let root = 1_u64 << (power / 2);
        check_lengths(1 << power, &[root / 512, root / 256, root / 128]);
    }
    check_lengths(1 << 50, &[(1 << 25) / 512]);
}

/// An array of bytes is used for up to 3 · 2¹⁹ numbers, up to 2³².
#[test]
fn an_array_of_bytes_or_segments() {
    for start in [0, 131_071, 3_000_000_000] {
        check_lengths(start, &[3 << 18, 3 << 19, 1 << 21]);
    }
    for end in [(1 << 32) - 1, 1 << 32, (1 << 32) + 1] {
        for length in [100, 5_000, (3 << 19) - 1, 3 << 19, (3 << 19) + 1] {
            let numbers = end - length..end;
            let expected = reference::primes(numbers.clone());
            every_way::check(sieves::all(), &numbers, &expected);
        }
    }
}

/// A segment without large primes has up to about seven million numbers.
#[test]
fn one_segment_or_more() {
    check_lengths(0, &[6_881_280, 13_762_560]);
}

/// At 2³⁴, the root reaches 2¹⁷, and large primes begin.
#[test]
fn with_and_without_large_primes() {
    let end = 1_u64 << 34;
    for length in [10_000, 4_000_000] {
        let all = reference::primes(end - length..end + 10);
        for end in end - 1..end + 3 {
            let expected = &all[..all.partition_point(|&prime| prime < end)];
            every_way::check(sieves::all(), &(end - length..end), expected);
        }
    }
}

/// Counting uses the wheel of 2310 from 2²⁶ numbers on, without large primes.
#[test]
fn counting_in_480_residue_classes() {
    let start = 1_000_000_000;
    check_counts(&(start..start + (1 << 26)), &[1, 29, 30, 2310], 3_233_240);
}

#[test]
fn counting_from_the_first_number_in_480_residue_classes() {
    check_counts(&(0..(1 << 26) + (1 << 17)), &[1, 1 << 16, 1 << 17, (1 << 17) + 1], 3_965_051);
}

/// Counting uses the wheel of 210 from 2²⁷ numbers on, with listed primes.
#[test]
fn counting_in_48_residue_classes() {
    let start = 100_000_000_000;
    check_counts(&(start..start + (1 << 27)), &[1, 210], 5_299_155);
}

/// Large primes begin where the root reaches 2¹⁷. From a root of 2²¹ on, they are too many for a
/// list.
#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn counting_where_listed_primes_begin_and_end() {
    for (end, expected) in [(1_u64 << 34, 5_695_496), (1 << 42, 4_608_665)] {
        check_counts(&(end + 2 - (1 << 27)..end + 2), &[2], expected);
    }
}

/// Compares parts of a sieved range with tests of each number: its start, its middle and its end.
#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn the_sieve_agrees_with_tests_at_the_end() {
    let length = 1 << 24;
    let (start, middle) = (u64::MAX - length, u64::MAX - length / 2);
    let tested = [start..start + 10_000, middle..middle + 10_000, u64::MAX - 20_000..u64::MAX]
        .map(|numbers| (numbers.clone(), reference::primes(numbers)));
    for sieve in sieves::all() {
        let shared = SharedSieve::from(sieve);
        let sieved: Vec<u64> = shared.collect(start..);
        assert_eq!(sieved.len(), 378_115, "by primesieve, and by {sieve:?}");
        let below = |limit: u64| sieved.partition_point(|&prime| prime < limit);
        for (numbers, primes) in &tested {
            let part = &sieved[below(numbers.start)..below(numbers.end)];
            assert!(part == primes, "{numbers:?} by {sieve:?}");
        }
        assert_eq!(shared.count(middle..=u64::MAX), (sieved.len() - below(middle)) as u64);
    }
    #[cfg(feature = "parallel")]
    assert_eq!(sieve::par_count(start..), 378_115);
}
