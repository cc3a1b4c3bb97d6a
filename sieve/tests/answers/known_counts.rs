//! Counts and sums that are published, or computed by primesieve 12.16.

use std::ops::Range;

use sieve::{count, primes};

use crate::known_values::PRIMES_UP_TO_POWER_OF_TEN;

/// The sum of the primes below 10ᵏ for k = 0, 1, …: OEIS A046731.
const SUMS_BELOW_POWER_OF_TEN: [u64; 11] = [
    0,
    17,
    1_060,
    76_127,
    5_736_396,
    454_396_537,
    37_550_402_023,
    3_203_324_994_356,
    279_209_790_387_276,
    24_739_512_092_254_535,
    2_220_822_432_581_729_238,
];

/// The number of primes in [10ⁿ, 10ⁿ + 10⁷), for n = 9, 10, …: by primesieve.
const PRIMES_IN_TEN_MILLION: [u64; 10] =
    [482_449, 434_650, 394_401, 361_726, 334_312, 310_582, 289_394, 271_897, 255_085, 241_295];

/// High ranges that are long enough for the sieve, and have all primes below 2³² as sieving primes.
///
/// The counts are by primesieve. The last range is around the largest square of a prime.
const PRIMES_IN_TWENTY_MILLION: [(u64, u64); 4] = [
    (10_u64.pow(19), 457_665),
    (u64::MAX - (1 << 32), 450_880),
    (u64::MAX - 20_000_000, 450_330),
    (4_294_967_291 * 4_294_967_291 - 10_000_000, 451_426),
];

/// From this power on, one function is enough: each one visits many large primes.
const ONE_WAY_FROM_POWER: u32 = 17;

fn check_count_below(power: u32) {
    let expected = PRIMES_UP_TO_POWER_OF_TEN[power as usize];
    assert_eq!(count(..10_u64.pow(power)), expected, "π(10^{power})");
}

fn check_sum_below(power: u32) {
    let expected = SUMS_BELOW_POWER_OF_TEN[power as usize];
    assert_eq!(primes(..10_u64.pow(power)).sum::<u64>(), expected, "primes below 10^{power}");
}

fn check_list(numbers: &Range<u64>, expected: u64, list: &[u64]) {
    assert_eq!(list.len() as u64, expected, "list of {numbers:?}");
    assert!(list.iter().all(|prime| numbers.contains(prime)), "list of {numbers:?}");
    assert!(list.is_sorted_by(|a, b| a < b), "list of {numbers:?}");
}

/// Checks each function that counts or lists.
fn check_count(numbers: Range<u64>, expected: u64) {
    assert_eq!(count(numbers.clone()), expected, "count of {numbers:?}");
    assert_eq!(primes(numbers.clone()).count() as u64, expected, "primes of {numbers:?}");
    check_list(&numbers, expected, &sieve::collect(numbers.clone()));
    #[cfg(feature = "parallel")]
    {
        assert_eq!(sieve::par_count(numbers.clone()), expected, "par_count of {numbers:?}");
        check_list(&numbers, expected, &sieve::par_collect(numbers.clone()));
    }
}

#[test]
fn the_labs_numbers() {
    check_count(100_000_000..101_000_000, 54_208);
    assert_eq!(primes(100_000_000..101_000_000).sum::<u64>(), 5_447_899_551_826);
}

#[test]
fn counts_below_powers_of_ten() {
    for power in 0..=9 {
        check_count_below(power);
    }
}

/// It is sieved as what is below 2³², which the suite counts.
#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn the_count_below_ten_to_the_10() {
    check_count_below(10);
}

#[test]
#[ignore = "takes minutes; `.ci/soak sieve` runs it"]
fn counts_below_large_powers_of_ten_for_long() {
    for power in 11..=12 {
        check_count_below(power);
    }
}

#[test]
fn sums_below_powers_of_ten() {
    for power in 0..=9 {
        check_sum_below(power);
    }
}

#[test]
#[ignore = "takes long where cores are slow; `.ci/soak sieve` runs it"]
fn the_sum_below_ten_to_the_10_for_long() {
    check_sum_below(10);
}

/// In the ten million numbers from each of these powers of ten.
fn check_ten_million(powers: Range<u32>) {
    for (power, expected) in (9..).zip(PRIMES_IN_TEN_MILLION) {
        if !powers.contains(&power) {
            continue;
        }
        let start = 10_u64.pow(power);
        let numbers = start..start + 10_000_000;
        if power < ONE_WAY_FROM_POWER {
            check_count(numbers, expected);
        } else {
            check_list(&numbers, expected, &sieve::collect(numbers.clone()));
        }
    }
}

#[test]
fn ten_million_numbers_from_powers_of_ten() {
    check_ten_million(9..ONE_WAY_FROM_POWER);
}

/// There are more large primes, which are sieved as those before.
#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn ten_million_numbers_from_large_powers_of_ten() {
    check_ten_million(ONE_WAY_FROM_POWER..19);
}

#[test]
#[ignore = "takes seconds; `.ci/run` runs it"]
fn twenty_million_numbers_around_the_largest_square_of_a_prime() {
    let (start, expected) = PRIMES_IN_TWENTY_MILLION[3];
    assert_eq!(count(start..start + 20_000_000), expected);
}

#[test]
#[ignore = "takes long where cores are slow; `.ci/soak sieve` runs it"]
fn twenty_million_numbers_near_the_end_in_every_way_for_long() {
    for (start, expected) in PRIMES_IN_TWENTY_MILLION {
        check_count(start..start + 20_000_000, expected);
    }
}

#[test]
fn a_short_range_near_the_end_is_tested_number_by_number() {
    check_count(u64::MAX - 100_000..u64::MAX, 2_139);
}

#[test]
fn u32_holds_all_primes_below_two_to_the_32() {
    assert_eq!(count(..1 << 32), 203_280_221); // OEIS A007053
    let start = (1 << 32) - 100_000_000;
    let list: Vec<u32> = sieve::collect(start..1 << 32);
    assert_eq!(list.len() as u64, 203_280_221 - count(..start));
    assert_eq!(list.last(), Some(&4_294_967_291));
    assert!(list.is_sorted_by(|a, b| a < b));
}
