//! Counts without a sieve: small numbers, numbers where the method changes its steps, known counts, and
//! ranges that the sieve counts.

use proptest::prelude::*;
use sieve::{PRIME_COUNT_MAX, PrimeCountError, count, is_prime, prime_count};

use crate::{known_values::PRIMES_UP_TO_POWER_OF_TEN, plain_sieve};

/// π(2ᵏ) for k = 32, 33, …: OEIS A007053.
const PRIMES_UP_TO_POWER_OF_TWO: [u64; 9] = [
    203_280_221,
    393_615_806,
    762_939_111,
    1_480_206_279,
    2_874_398_515,
    5_586_502_348,
    10_866_266_172,
    21_151_907_950,
    41_203_088_796,
];

fn counted(number: u64) -> u64 {
    prime_count(number).unwrap_or_else(|error| panic!("{error}"))
}

fn check_power_of_ten(power: u32) {
    let expected = PRIMES_UP_TO_POWER_OF_TEN[power as usize];
    assert_eq!(counted(10_u64.pow(power)), expected, "π(10^{power})");
}

fn check_every_number_below(end: u64) {
    let mut primes = plain_sieve::primes(0..end).into_iter().peekable();
    let mut expected = 0;
    for number in 0..end {
        expected += u64::from(primes.next_if_eq(&number).is_some());
        assert_eq!(counted(number), expected, "π({number})");
    }
}

/// Checks that the count steps up at each prime, from two below to two above.
fn check_around(number: u64) {
    let mut below = counted(number - 3);
    for number in number - 2..=number + 2 {
        let count = counted(number);
        assert_eq!(count - below, u64::from(is_prime(number)), "step at {number}");
        below = count;
    }
}

#[test]
fn every_small_number() {
    check_every_number_below(60_000);
}

#[test]
#[ignore = "takes long where cores are slow; `.ci/soak sieve` runs it"]
fn every_number_below_a_million_for_long() {
    check_every_number_below(1_000_000);
}

#[test]
fn every_number_of_a_range_where_primes_are_done_up_to_31() {
    // 31⁴ is 923 521, and 37⁴ is above 1 000 000.
    let mut expected = count(..990_000);
    for number in 990_000..1_000_000 {
        expected += u64::from(is_prime(number));
        assert_eq!(counted(number), expected, "π({number})");
    }
}

/// There, roots and quotients change.
#[test]
fn around_powers_of_primes() {
    for (power, root_max) in [(2, 40_000), (3, 1_200), (4, 200), (5, 70)] {
        for root in plain_sieve::primes(2..root_max).into_iter().rev().take(25) {
            check_around(root.pow(power));
        }
    }
}

#[test]
fn around_powers_of_two_and_products_of_neighbours() {
    for power in 2..=34 {
        check_around(1 << power);
    }
    for root in [3, 10, 99, 316, 1_000, 9_999, 31_622, 65_535, 65_536] {
        check_around(root * (root + 1));
        check_around(root * (root + 2));
    }
}

#[test]
fn known_counts() {
    for power in 0..=11 {
        check_power_of_ten(power);
    }
    for (power, expected) in (32..).zip(PRIMES_UP_TO_POWER_OF_TWO).take(5) {
        assert_eq!(counted(1 << power), expected, "π(2^{power})");
    }
}

#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn known_counts_up_to_ten_to_the_13() {
    check_power_of_ten(12);
    check_power_of_ten(13);
    for (power, expected) in (32..).zip(PRIMES_UP_TO_POWER_OF_TWO) {
        assert_eq!(counted(1 << power), expected, "π(2^{power})");
    }
}

#[test]
#[ignore = "takes a minute; `.ci/soak sieve` runs it"]
fn known_counts_up_to_the_largest_number_for_long() {
    check_power_of_ten(14);
    check_power_of_ten(15);
    assert_eq!(PRIME_COUNT_MAX, 10_u64.pow(15));
}

#[test]
fn larger_numbers_are_an_error_at_once() {
    for number in [PRIME_COUNT_MAX + 1, u64::MAX] {
        let error = PrimeCountError { number };
        assert_eq!(prime_count(number), Err(error));
        let message = error.to_string();
        assert!(message.contains(&format!("up to {number}: ")), "{message}");
        assert!(message.contains("ends at 1000000000000000"), "{message}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn ranges_have_as_many_primes_as_the_sieve_counts(
        end in 1..10_000_000_000_u64,
        shift in 0..33_u32,
        length in 0..1_000_000_u64,
    ) {
        let end = (end >> shift).max(1);
        let start = end.saturating_sub(length).max(1);
        prop_assert_eq!(counted(end - 1) - counted(start - 1), count(start..end));
    }
}
