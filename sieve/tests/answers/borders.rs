//! Ranges that begin or end where a sieve may be off by one.
//!
//! Examples are primes and their squares, the borders between strategies, and the end of 64 bits.

use std::ops::Range;

use crate::{every_way, reference, sieves};

/// The exclusive end of all ranges; the largest `u64` is composite.
const END: u64 = u64::MAX;

/// Checks every function of every sieve, where `all` are the primes of a wider range.
fn check(numbers: Range<u64>, all: &[u64]) {
    let below = |limit: u64| all.partition_point(|&prime| prime < limit);
    let expected = &all[below(numbers.start)..below(numbers.end)];
    every_way::check(sieves::all(), &numbers, expected);
}

/// Checks ranges that begin or end at a border or next to it.
///
/// Some are so short that each number is tested, and the others have the given length.
fn check_around(border: u64, length: u64) {
    let (start, end) = (border.saturating_sub(length), border.saturating_add(length));
    let all = reference::primes(start..end);
    check(start..end, &all);
    for near in border.saturating_sub(1)..=border.saturating_add(1) {
        let after = |count| near..near.saturating_add(count);
        for numbers in [after(1), after(2), start..near, near..end] {
            check(numbers, &all);
        }
    }
}

#[test]
fn every_range_of_the_first_numbers() {
    let all = reference::primes(0..40);
    for start in 0..40 {
        for end in start..40 {
            check(start..end, &all);
        }
    }
}

#[test]
fn every_short_range_where_the_prime_table_ends() {
    let border = 1 << 17;
    let all = reference::primes(border - 100..border + 100);
    for start in border - 35..border + 35 {
        for length in [0, 1, 2, 7, 30, 31, 60] {
            check(start..start + length, &all);
        }
    }
}

#[test]
fn powers_of_two() {
    for power in [16, 17, 18, 20, 24, 31, 32, 33, 34, 35, 40, 42, 43] {
        check_around(1 << power, 20_000);
    }
    for power in [48, 53, 56, 60, 63] {
        check_around(1 << power, 500);
    }
    check_around(END - (1 << 32), 500);
}

#[test]
fn squares_of_primes() {
    // The borders: small primes end, the short sieve ends, large primes begin, listed primes end.
    for prime in [
        163_u64, 199, 211, 367, 15_991, 16_001, 46_337, 65_519, 65_521, 65_537, 131_063, 131_071,
        131_101, 131_111, 524_287, 1_000_003, 2_097_143, 2_097_169,
    ] {
        check_around(prime * prime, 20_000);
    }
    for prime in [16_777_213_u64, 1_000_000_007, 2_147_483_647, 4_294_967_291] {
        check_around(prime * prime, 500);
    }
}

#[test]
fn products_of_neighbouring_primes() {
    for (one, other) in [(65_521_u64, 65_537_u64), (131_071, 131_101), (2_097_143, 2_097_169)] {
        check_around(one * other, 20_000);
    }
    check_around(4_294_967_279 * 4_294_967_291, 500);
}

#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn longer_ranges_at_squares_of_primes_and_multiples_of_the_moduli() {
    for border in [
        1_610_612_736 / 2310 * 2310,
        46_337 * 46_337,
        65_521 * 65_521,
        1 << 32,
        65_537 * 65_537,
        131_101 * 131_101,
        10_000_000_000 / 2310 * 2310,
        1_099_511_627_776 / 30 * 30,
    ] {
        check_around(border, 1_600_000);
    }
}

#[test]
fn primes_before_and_after_the_widest_gaps() {
    for (before, gap) in [(370_261, 112), (20_831_323, 210), (4_302_407_359, 354)] {
        for border in [before, before + gap] {
            check_around(border, 5_000);
        }
    }
}

#[test]
fn the_end() {
    check_around(END, 2_000);
    let last = 18_446_744_073_709_551_557;
    check_around(last, 200);
}

#[test]
fn composite_numbers_that_pass_many_tests() {
    // Strong pseudoprimes to the first prime bases (OEIS A014233), squares of Wieferich primes,
    // Carmichael numbers.
    for number in [
        2_047_u64,
        1_194_649,
        1_373_653,
        12_327_121,
        25_326_001,
        3_215_031_751,
        2_152_302_898_747,
        3_474_749_660_383,
        341_550_071_728_321,
        3_825_123_056_546_413_051,
        561,
        825_265,
        9_746_347_772_161,
    ] {
        check(number..number + 1, &[]);
    }
}
