//! Trial division: the prime check of the lab, and the loops that check each number of a range.
//!
//! Plain builds optimize this crate, so it is small. The loops are here so that the crates that call
//! them need no optimization.
#![forbid(unsafe_code)]
#![expect(
    clippy::inline_always,
    reason = "a check that is called, and not part of the loop, takes 17 % more instructions"
)]

use std::ops::Range;

/// Tells whether `n` is prime by dividing it by 2 and then by every odd number up to its root.
///
/// A composite number has a divisor that is at most its square root, so none is missed. A prime
/// near 10⁸ costs 5 000 divisions. One near 2⁶⁴ costs two thousand million divisions, which take
/// seconds.
///
/// ```
/// use primality::is_prime_by_trial_division;
///
/// assert!(is_prime_by_trial_division(100_000_007));
/// assert!(!is_prime_by_trial_division(100_000_001)); // 17 × 5 882 353
/// ```
#[inline(always)]
pub fn is_prime_by_trial_division(n: u64) -> bool {
    if n < 2 {
        return false;
    }
    if n.is_multiple_of(2) {
        return n == 2;
    }
    let root = n.isqrt();
    let mut divisor = 3;
    while divisor <= root {
        if n.is_multiple_of(divisor) {
            return false;
        }
        divisor += 2;
    }
    true
}

/// Counts the primes of a range by trial division.
///
/// ```
/// assert_eq!(primality::count(0..100), 25);
/// ```
pub fn count(numbers: Range<u64>) -> u64 {
    numbers.filter(|&n| is_prime_by_trial_division(n)).count() as u64
}

/// Lists the primes of a range by trial division, in ascending order.
///
/// ```
/// assert_eq!(primality::primes(10..30), [11, 13, 17, 19, 23, 29]);
/// ```
pub fn primes(numbers: Range<u64>) -> Vec<u64> {
    // A plain loop: `filter` and `collect` take 17 % more instructions.
    let mut primes = Vec::new();
    for number in numbers {
        if is_prime_by_trial_division(number) {
            primes.push(number);
        }
    }
    primes
}
