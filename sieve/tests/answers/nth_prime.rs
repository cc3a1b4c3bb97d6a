//! The n-th prime: each small one, known ones, primes whose number `prime_count` knows, and those after a
//! start.

use proptest::prelude::*;
use sieve::{next_prime, nth_prime, nth_prime_after, prime_count};

use crate::{
    known_values::{LAST_PRIME, PRIMES_UP_TO_POWER_OF_TEN},
    reference,
};

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

/// The first primes beyond 10¹⁵: by primesieve 12.16.
const PRIMES_BEYOND_TEN_TO_THE_15: [u64; 2] = [1_000_000_000_000_037, 1_000_000_000_000_091];

fn check_powers_of_ten(powers: impl Iterator<Item = u32>) {
    for power in powers {
        let expected = PRIMES_OF_POWERS_OF_TEN[power as usize];
        assert_eq!(nth_prime(10_u64.pow(power)), Some(expected), "prime number 10^{power}");
    }
}

#[test]
fn every_prime_below_three_hundred_thousand() {
    for (n, prime) in (1..).zip(reference::primes(0..300_000)) {
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
fn every_small_n_after_0() {
    for (n, prime) in (1..).zip(reference::primes(0..200_000)) {
        assert_eq!(nth_prime_after(n, 0), Some(prime), "n = {n}");
    }
}

#[test]
fn after_a_start() {
    for start in [1, 2, 131_071, 4_294_967_291, 1_000_000_000_000] {
        let primes = reference::primes(start + 1..start + 400_000);
        for n in [1, 2, 1_000, 4_096, 4_097, 5_000, 10_000] {
            let expected = primes.get(n - 1);
            assert_eq!(nth_prime_after(n as u64, start).as_ref(), expected, "{n} after {start}");
        }
    }
}

#[test]
fn there_is_no_prime_number_0_and_none_beyond_64_bits() {
    for n in [0, 425_656_284_035_217_744, u64::MAX] {
        assert_eq!(nth_prime(n), None, "prime number {n}");
    }
    assert_eq!(nth_prime_after(0, 10), None);
    assert_eq!(nth_prime_after(1, LAST_PRIME - 1), Some(LAST_PRIME));
    assert_eq!(nth_prime_after(1, LAST_PRIME), None);
    assert_eq!(nth_prime_after(1, u64::MAX), None);
    let before = u64::MAX - (1 << 20) - 1; // 23 593 primes come after it: by primesieve
    assert_eq!(nth_prime_after(23_593, before), Some(LAST_PRIME));
    assert_eq!(nth_prime_after(23_594, before), None);
}

#[test]
#[ignore = "takes minutes; `.ci/soak sieve` runs it"]
fn beyond_the_largest_count_the_sieve_counts_on_for_long() {
    let primes_up_to = PRIMES_UP_TO_POWER_OF_TEN[15];
    for (n, prime) in (primes_up_to + 1..).zip(PRIMES_BEYOND_TEN_TO_THE_15) {
        assert_eq!(nth_prime(n), Some(prime), "prime number {n}");
    }
    let last = nth_prime(primes_up_to);
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
