//! Prime k-tuplets: compared with their definition, and with counts by primesieve.

use std::{collections::BTreeSet, ops::Range};

use sieve::{count_tuplets, tuplets};

use crate::{reference, sieves};

/// The offsets of a tuplet's primes.
const PATTERNS: [&[u64]; 7] = [
    &[0, 2],
    &[0, 2, 6],
    &[0, 4, 6],
    &[0, 2, 6, 8],
    &[0, 2, 6, 8, 12],
    &[0, 4, 6, 10, 12],
    &[0, 4, 6, 10, 12, 16],
];

/// Tests each prime of a set whether a tuplet begins with it.
fn check<const K: usize>(primes: &BTreeSet<u64>, numbers: &Range<u64>) {
    let mut expected: Vec<[u64; K]> = Vec::new();
    for &first in primes.range(numbers.clone()) {
        for pattern in PATTERNS.iter().filter(|pattern| pattern.len() == K) {
            let tuplet: [u64; K] =
                std::array::from_fn(|index| first.saturating_add(pattern[index]));
            if tuplet.iter().all(|n| numbers.contains(n) && primes.contains(n)) {
                expected.push(tuplet);
            }
        }
    }
    for sieve in sieves::all() {
        let found: Vec<[u64; K]> = sieve.tuplets(numbers.clone()).collect();
        assert!(found == expected, "{K} primes in {numbers:?} by {sieve:?}");
        let count = sieve.count_tuplets::<K>(numbers.clone());
        assert_eq!(count, expected.len() as u64, "{K} primes in {numbers:?} by {sieve:?}");
    }
}

fn check_all(primes: &BTreeSet<u64>, numbers: &Range<u64>) {
    check::<2>(primes, numbers);
    check::<3>(primes, numbers);
    check::<4>(primes, numbers);
    check::<5>(primes, numbers);
    check::<6>(primes, numbers);
}

#[test]
fn every_range_of_the_first_numbers() {
    let primes = reference::primes(0..40).into_iter().collect();
    for start in 0..40 {
        for end in start..40 {
            check_all(&primes, &(start..end));
        }
    }
}

#[test]
fn ranges_of_every_strategy() {
    for numbers in [
        0..500_000,
        130_000..133_000,
        3_000_000..6_000_000,
        1_000_000_000_000..1_000_000_001_000,
        1_000_000_000_000..1_000_000_400_000,
        u64::MAX - 20_000..u64::MAX,
    ] {
        let primes = reference::primes(numbers.clone()).into_iter().collect();
        check_all(&primes, &numbers);
    }
}

#[test]
fn a_clone_goes_on_from_the_same_place() {
    let mut twins = tuplets::<2>(..1_000_000);
    assert_eq!(twins.by_ref().take(3).last(), Some([11, 13]));
    assert_eq!(twins.clone().count(), 8_169 - 3);
    assert_eq!(twins.next(), Some([17, 19]));
    assert_eq!(twins.count(), 8_169 - 4);
}

/// Twins and sextuplets at the borders of segments, which are short in the smallest caches.
#[test]
fn tuplets_across_segments() {
    let numbers = 1_000_000..5_000_000;
    let short = sieve::Sieve::default().level_1_bytes(1);
    assert!(short.tuplets::<2>(numbers.clone()).eq(tuplets(numbers.clone())));
    assert_eq!(short.count_tuplets::<2>(numbers.clone()), count_tuplets::<2>(numbers));
}

/// By `primesieve -c2` to `-c6`.
#[test]
fn counts_below_a_hundred_million_and_beyond_a_trillion() {
    let low = 0..100_000_000;
    let high = 1_000_000_000_000..1_000_100_000_001;
    assert_eq!(count_tuplets::<2>(low.clone()), 440_312);
    assert_eq!(count_tuplets::<3>(low.clone()), 111_156);
    assert_eq!(count_tuplets::<4>(low.clone()), 4_768);
    assert_eq!(count_tuplets::<5>(low.clone()), 1_383);
    assert_eq!(count_tuplets::<6>(low), 82);
    assert_eq!(count_tuplets::<2>(high.clone()), 172_900);
    assert_eq!(count_tuplets::<3>(high.clone()), 27_284);
    assert_eq!(count_tuplets::<4>(high.clone()), 699);
    assert_eq!(count_tuplets::<5>(high.clone()), 145);
    assert_eq!(count_tuplets::<6>(high), 5);
}
