//! Trial division and the strong test agree with each other and a plain sieve; numbers that are
//! known to pass weaker tests are composite.

use common::primality::is_prime_by_trial_division;
use proptest::prelude::*;
use sieve::is_prime;

fn check(n: u64, expected: bool) {
    assert_eq!(is_prime(n), expected, "strong test of {n}");
}

fn check_both(n: u64, expected: bool) {
    check(n, expected);
    assert_eq!(is_prime_by_trial_division(n), expected, "trial division of {n}");
}

/// Sieve of Eratosthenes, the judge that shares no code with the checks.
fn plain_sieve(end: usize) -> Vec<bool> {
    let mut is_prime = vec![true; end];
    is_prime[..2].fill(false);
    for p in 2..=end.isqrt() {
        if is_prime[p] {
            for multiple in (p * p..end).step_by(p) {
                is_prime[multiple] = false;
            }
        }
    }
    is_prime
}

#[test]
fn both_agree_with_a_plain_sieve_to_a_million() {
    let sieve = plain_sieve(1_000_000);
    assert_eq!(sieve.iter().filter(|&&is_prime| is_prime).count(), 78_498, "π(10⁶)");
    for (n, &expected) in (0..).zip(&sieve) {
        check_both(n, expected);
    }
}

/// Those of Chernick's form (6k + 1)(12k + 1)(18k + 1): OEIS A046025.
#[test]
fn carmichael_numbers_are_composite() {
    for k in [1, 6, 35, 45, 51, 55, 56, 100, 121, 195, 206, 216, 255, 276, 370, 380, 426, 506] {
        let factors = [6 * k + 1, 12 * k + 1, 18 * k + 1];
        assert!(factors.iter().all(|&factor| is_prime_by_trial_division(factor)), "k = {k}");
        check_both(factors.iter().product(), false);
    }
}

/// OEIS A014233: the least odd numbers that fool the strong test to the first 1, 2, … prime bases.
/// And the least one that fools it to the bases 2, 7 and 61, from Jaeschke's paper.
#[test]
fn the_strongest_liars_are_found_out() {
    for n in [
        2_047,
        1_373_653,
        25_326_001,
        3_215_031_751,
        4_759_123_141,
        2_152_302_898_747,
        3_474_749_660_383,
        341_550_071_728_321,
        3_825_123_056_546_413_051,
    ] {
        check_both(n, false);
    }
}

#[test]
fn squares_of_primes_are_composite() {
    for p in [3, 5, 37, 41, 43, 10_007, 65_521, 65_537, 1_000_003] {
        check_both(p * p, false);
    }
    for p in [2_147_483_647, 4_294_967_291_u64] {
        check(p * p, false); // too many divisions for the lab's check
    }
}

#[test]
fn both_agree_around_two_to_the_32() {
    let primes: Vec<u64> = ((1 << 32) - 20..(1 << 32) + 20)
        .filter(|&n| {
            assert_eq!(is_prime(n), is_prime_by_trial_division(n), "{n}");
            is_prime(n)
        })
        .collect();
    assert_eq!(primes, [4_294_967_279, 4_294_967_291, 4_294_967_311]);
}

#[test]
fn the_top_of_u64_holds_the_known_primes() {
    let primes: Vec<u64> = (u64::MAX - 200..=u64::MAX).filter(|&n| is_prime(n)).collect();
    // 2⁶⁴ − k, as the Prime Pages list them ("primes just less than a power of two").
    assert_eq!(primes, [189, 179, 95, 83, 59].map(|k| u64::MAX - (k - 1)));
    check_both(u64::MAX, false);
}

proptest! {
    #[test]
    fn both_agree_on_any_number_below_two_to_the_40(n in 0..1_u64 << 40) {
        prop_assert_eq!(is_prime(n), is_prime_by_trial_division(n));
    }

    #[test]
    fn a_product_is_never_prime(a in 2..u64::from(u32::MAX), b in 2..u64::from(u32::MAX)) {
        prop_assert!(!is_prime(a * b));
    }
}
