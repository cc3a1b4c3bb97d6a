//! The nth prime: [`prime_count`] at an estimate, and then the sieve from there to the prime.

use crate::{
    PRIME_COUNT_MAX, SharedSieve, collect, prime_count::prime_count, prime_table::PRIME_TABLE,
    primes,
};

/// The number of primes of 64 bits: OEIS A007053.
const PRIMES_OF_64_BITS: u64 = 425_656_284_035_217_743;

/// The numbers that are sieved at a time: near the estimate, and far beyond it.
const BLOCK_NUMBERS: u64 = 1 << 20;
const BLOCK_NUMBERS_MAX: u64 = 1 << 32;

/// Euler's constant.
const GAMMA: f64 = 0.577_215_664_901_532_9;

/// Returns the prime number `n`, where 2 is number 1, or `None` if that prime has more than 64 bits, or
/// `n` is 0.
///
/// The prime is found from its estimate by [`prime_count`]. Beyond [`PRIME_COUNT_MAX`], the sieve counts
/// all primes from there, which takes as long as [`count`](crate::count).
///
/// ```
/// assert_eq!(sieve::nth_prime(1), Some(2));
/// assert_eq!(sieve::nth_prime(10_000_000_000), Some(252_097_800_623));
/// ```
pub fn nth_prime(n: u64) -> Option<u64> {
    if let Some(&prime) = PRIME_TABLE.get(n.checked_sub(1)? as usize) {
        return Some(prime.into());
    }
    if n > PRIMES_OF_64_BITS {
        return None;
    }
    let near = estimate(n).min(PRIME_COUNT_MAX);
    let count = prime_count(near).expect("a number that is not above the largest");
    if count < n { nth_from(near + 1, n - count) } else { Some(nth_last(near, count - n)) }
}

/// The prime with this number, from 1 on, among those from `start` on.
fn nth_from(mut start: u64, mut n: u64) -> Option<u64> {
    let sieve = SharedSieve::default();
    let mut length = BLOCK_NUMBERS;
    while start < u64::MAX {
        let end = start.saturating_add(length);
        length = BLOCK_NUMBERS_MAX.min(2 * length);
        let count = sieve.count(start..end);
        if n <= count {
            return primes(start..end).nth(n as usize - 1);
        }
        n -= count;
        start = end;
    }
    None
}

/// The prime below which there are `skipped` others up to `last`.
fn nth_last(last: u64, mut skipped: u64) -> u64 {
    let mut end = last + 1;
    loop {
        let start = end - BLOCK_NUMBERS.min(end);
        let primes: Vec<u64> = collect(start..end);
        match primes.iter().rev().nth(skipped as usize) {
            Some(&prime) => return prime,
            None => skipped -= primes.len() as u64,
        }
        end = start;
    }
}

/// A number up to which there are about `n` primes, by Newton's method.
#[expect(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "an estimate")]
fn estimate(n: u64) -> u64 {
    let n = n as f64;
    let mut number = n * n.ln();
    for _ in 0..8 {
        number -= (riemann(number) - n) * number.ln();
    }
    number as u64
}

/// The first terms of Riemann's function, which is close to the number of primes up to `number`.
fn riemann(number: f64) -> f64 {
    logarithmic_integral(number)
        - logarithmic_integral(number.sqrt()) / 2.0
        - logarithmic_integral(number.cbrt()) / 3.0
}

/// li(x) = γ + ln ln x + Σ (ln x)ᵏ / (k·k!), for x above 1.
fn logarithmic_integral(number: f64) -> f64 {
    let logarithm = number.ln();
    let mut sum = GAMMA + logarithm.ln();
    let mut power = 1.0;
    for k in (1..200).map(f64::from) {
        power *= logarithm / k;
        sum += power / k;
    }
    sum
}
