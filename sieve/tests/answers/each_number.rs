//! Tests of single numbers, many at once or one after another.

use std::ops::Range;

use proptest::prelude::*;

use crate::{reference, sieves};

/// Compares every instruction set with the reference.
fn check(numbers: Range<u64>) {
    let expected = reference::primes(numbers.clone());
    for sieve in sieves::all() {
        let found = sieve.test_each(numbers.clone());
        assert!(found == expected, "{sieve:?} finds other primes in {numbers:?}");
    }
}

#[test]
fn the_labs_numbers() {
    let primes = sieve::test_each(100_000_000..101_000_000);
    assert_eq!(primes.len(), 54_208);
    assert_eq!(primes.iter().sum::<u64>(), 5_447_899_551_826);
}

#[test]
fn ranges_begin_and_end_anywhere() {
    for start in 0..70 {
        for end in [start, start + 1, start + 2, start + 63, start + 64, start + 65, start + 131] {
            check(start..end);
        }
    }
}

#[test]
fn blocks_follow_each_other_without_gap() {
    check(0..100_000);
    check(1_000_001..1_050_002);
}

#[test]
fn beyond_32_bits() {
    check((1 << 32) - 3_000..(1 << 32) + 3_000);
    check(u64::MAX - (1 << 32) - 500..u64::MAX - (1 << 32) + 500);
}

/// Composite numbers that pass the strong test to one or two bases: OEIS A001262, A074773 and
/// A056915.
#[test]
fn pseudoprimes_are_rejected() {
    for n in [
        2_047_u64,
        3_277,
        4_033,
        25,
        325,
        703,
        2_101,
        314_821,
        1_373_653,
        2_284_453,
        25_326_001,
        3_215_031_751,
        4_294_901_761,
    ] {
        check(n..n + 1);
    }
}

#[test]
fn there_is_no_end() {
    assert_eq!(
        sieve::test_each(u64::MAX - 100..=u64::MAX),
        [u64::MAX - 94, u64::MAX - 82, u64::MAX - 58]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_range_of_32_bits(start in 0..1_u64 << 32, shift in 0..32_u32, length in 0..500_u64) {
        let start = start >> shift;
        check(start..start + length);
    }
}
