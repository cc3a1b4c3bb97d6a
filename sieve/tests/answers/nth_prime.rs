//! The nth prime: each small one, known ones, and primes whose number `prime_count` knows.

use proptest::prelude::*;
use sieve::{next_prime, nth_prime, prime_count};

use crate::plain_sieve;

/// The prime number 10ᵏ for k = 0, 1, …: OEIS A006988.
const PRIMES_OF_POWERS_OF_TEN: [u64; 13] = [
    2,
    29,
    541,
    7_919,
    104_729,
    1_299_709,
    15_485_863,
    179_424_673,
    2_038_074_743,
    22_801_763_489,
    252_097_800_623,
    2_760_727_302_517,
    29_996_224_275_833,
];

/// π(10¹⁵), and the first primes beyond: OEIS A006880, and primesieve 12.16.
const PRIMES_UP_TO_TEN_TO_THE_15: u64 = 29_844_570_422_669;
const PRIMES_BEYOND_TEN_TO_THE_15: [u64; 2] = [1_000_000_000_000_037, 1_000_000_000_000_091];

fn check_powers_of_ten(powers: impl Iterator<Item = u32>) {
    for power in powers {
        let expected = PRIMES_OF_POWERS_OF_TEN[power as usize];
        assert_eq!(nth_prime(10_u64.pow(power)), Some(expected), "prime number 10^{power}");
    }
}

#[test]
fn every_prime_below_three_hundred_thousand() {
    for (n, prime) in (1..).zip(plain_sieve::primes(0..300_000)) {
        assert_eq!(nth_prime(n), Some(prime), "prime number {n}");
    }
}

#[test]
fn known_primes() {
    check_powers_of_ten(0..=10);
}

#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn known_large_primes() {
    check_powers_of_ten(11..=12);
}

#[test]
fn there_is_no_prime_number_0_and_none_beyond_64_bits() {
    for n in [0, 425_656_284_035_217_744, u64::MAX] {
        assert_eq!(nth_prime(n), None, "prime number {n}");
    }
}

#[test]
#[ignore = "takes minutes; `.ci/soak sieve` runs it"]
fn beyond_the_largest_count_the_sieve_counts_on_for_long() {
    for (n, prime) in (PRIMES_UP_TO_TEN_TO_THE_15 + 1..).zip(PRIMES_BEYOND_TEN_TO_THE_15) {
        assert_eq!(nth_prime(n), Some(prime), "prime number {n}");
    }
    let last = nth_prime(PRIMES_UP_TO_TEN_TO_THE_15);
    assert!(last.is_some_and(|prime| prime < 10_u64.pow(15)), "{last:?}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn a_prime_has_the_number_that_prime_count_gives(
        number in 1..10_000_000_000_u64, shift in 0..32_u32,
    ) {
        let prime = next_prime(number >> shift).expect("a prime");
        let n = prime_count(prime).expect("a number that is small enough");
        prop_assert_eq!(nth_prime(n), Some(prime));
    }
}
