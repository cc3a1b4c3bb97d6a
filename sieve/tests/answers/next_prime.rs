//! The next and the previous prime: known ones, and ones that the reference finds.

use proptest::prelude::*;
use sieve::{next_prime, prev_prime};

use crate::{known_values::LAST_PRIME, plain_sieve, strong_test};

fn check(number: u64, expected: u64) {
    assert_eq!(next_prime(number), Some(expected), "from {number}");
}

#[test]
fn every_number_below_a_million() {
    let primes = plain_sieve::primes(0..1_000_100);
    let mut primes = primes.iter().peekable();
    for number in 0..1_000_000 {
        while primes.next_if(|prime| **prime < number).is_some() {}
        assert_eq!(next_prime(number), primes.peek().map(|prime| **prime), "from {number}");
    }
}

#[test]
fn every_previous_prime_below_a_million() {
    let mut primes = plain_sieve::primes(0..1_000_000).into_iter().peekable();
    let mut last = None;
    for number in 0..1_000_000 {
        last = primes.next_if_eq(&number).or(last);
        assert_eq!(prev_prime(number), last, "from {number}");
    }
}

#[test]
fn a_prime_is_its_own_next() {
    for prime in [2, 3, 131_071, 131_101, 4_294_967_291, 4_294_967_311, LAST_PRIME] {
        check(prime, prime);
        assert_eq!(prev_prime(prime), Some(prime));
    }
}

#[test]
fn beyond_squares_of_primes() {
    for prime in [46_337_u64, 65_521, 131_071, 131_101, 1_000_003, 4_294_967_291] {
        let next = next_prime(prime * prime);
        assert!(next.is_some_and(|next| next > prime * prime), "from {prime}²: {next:?}");
        assert_eq!(next_prime(prime * prime + 1), next, "from {prime}² + 1");
    }
}

/// Maximal gaps as (prime before, gap), from the list of T. R. Nicely.
#[test]
fn over_the_widest_gaps() {
    for (before, gap) in [
        (113, 14),
        (31_397, 72),
        (20_831_323, 210),
        (4_302_407_359, 354),
        (1_425_172_824_437_699_411, 1476),
    ] {
        check(before, before);
        check(before + 1, before + gap);
        check(before + gap, before + gap);
        assert_eq!(prev_prime(before + gap - 1), Some(before));
    }
}

#[test]
fn none_from_the_last_prime_to_the_end() {
    check(LAST_PRIME - 1, LAST_PRIME);
    check(LAST_PRIME, LAST_PRIME);
    for number in [LAST_PRIME + 1, LAST_PRIME + 2, u64::MAX - 1, u64::MAX] {
        assert_eq!(next_prime(number), None, "from {number}");
        assert_eq!(prev_prime(number), Some(LAST_PRIME), "from {number}");
    }
    assert_eq!((prev_prime(0), prev_prime(1)), (None, None));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_prime_is_passed_over(number in any::<u64>(), shift in 0..64_u32) {
        let number = (number >> shift).min(LAST_PRIME);
        let expected = (number..=u64::MAX).find(|&n| strong_test::is_prime(n));
        prop_assert_eq!(next_prime(number), expected);
    }
}
