//! The n-th prime: one jump to an estimate, a count up to there, and the few primes that are missing.
//!
//! The number of primes below x is about the logarithmic integral li(x). Its error is hardly larger
//! than √x, so few primes are left after the jump. The answer is right for any estimate: a bad one
//! would only take longer.
//!
//! Source of the series for li(x): S. Ramanujan, in B. C. Berndt, "Ramanujan's Notebooks IV" (1994).

use crate::{PRIME_COUNT_MAX, count, prime_count, primes};

/// The number of primes below 2⁶⁴: OEIS A007053.
const PRIMES_OF_64_BITS: u64 = 425_656_284_035_217_743;

/// Up to this n, the iterator is faster than a jump.
const LISTED_MAX: u64 = 4096;

/// The Euler–Mascheroni constant.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Returns the n-th prime, counted from 1, or `None` if n is 0, or if the prime has more than 64
/// bits.
///
/// [`prime_count`](fn@prime_count) counts the primes up to an estimate. Beyond [`PRIME_COUNT_MAX`], the
/// sieve counts from there on, which takes as long as [`count`](fn@count): years for n = 10¹⁷.
///
/// ```
/// assert_eq!(sieve::nth_prime(1), Some(2));
/// assert_eq!(sieve::nth_prime(10_000_000_000), Some(252_097_800_623));
/// assert_eq!(sieve::nth_prime(0), None);
/// ```
pub fn nth_prime(n: u64) -> Option<u64> {
    if n <= LISTED_MAX || n > PRIMES_OF_64_BITS {
        return nth_prime_after(n, 0);
    }
    let estimate = number_after_primes(0, n).min(PRIME_COUNT_MAX);
    let counted = prime_count(estimate).expect("the largest number that can be counted, or less");
    if counted < n {
        nth_prime_after(n - counted, estimate)
    } else {
        nth(primes(..=estimate).rev(), counted - n)
    }
}

/// Returns the n-th of the primes that are above a number, counted from 1.
///
/// It is `None` if n is 0, or if the prime has more than 64 bits.
///
/// ```
/// assert_eq!(sieve::nth_prime_after(1, 7), Some(11)); // 7 itself does not count
/// assert_eq!(sieve::nth_prime_after(1_000_000, 1_000_000_000_000), Some(1_000_027_646_903));
/// ```
pub fn nth_prime_after(n: u64, number: u64) -> Option<u64> {
    let start = number.checked_add(1)?;
    let before = n.checked_sub(1)?;
    if n > PRIMES_OF_64_BITS {
        return None;
    }
    if n <= LISTED_MAX {
        return nth(primes(start..), before);
    }
    let estimate = number_after_primes(start, n);
    let counted = count(start..estimate);
    if counted < n {
        nth(primes(estimate..), before - counted)
    } else {
        nth(primes(start..estimate).rev(), counted - n)
    }
}

/// Returns the item with this index, counted from 0.
fn nth(mut items: impl Iterator<Item = u64>, index: u64) -> Option<u64> {
    usize::try_from(index).ok().and_then(|index| items.nth(index))
}

/// Estimates the number up to which there are n primes from a start.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "an estimate, and not below zero"
)]
fn number_after_primes(start: u64, n: u64) -> u64 {
    let from = f64::max(start as f64, 2.0);
    let wanted = logarithmic_integral(from) + n as f64;
    // Newton's method; the derivative of li(x) is 1 / ln x.
    let mut x = from + n as f64 * from.ln();
    for _ in 0..8 {
        x += (wanted - logarithmic_integral(x)) * x.ln();
    }
    (x as u64).max(start)
}

/// Computes li(x) by Ramanujan's series, for an x above 1.
fn logarithmic_integral(x: f64) -> f64 {
    let logarithm = x.ln();
    let (mut sum, mut power, mut inner) = (0.0, -2.0, 0.0);
    for n in 1..=200 {
        // (-1)ⁿ⁻¹·(ln x)ⁿ / (n!·2ⁿ⁻¹)
        power *= -logarithm / f64::from(2 * n);
        if n % 2 == 1 {
            inner += 1.0 / f64::from(n);
        }
        sum += power * inner;
    }
    EULER + logarithm.ln() + x.sqrt() * sum
}
