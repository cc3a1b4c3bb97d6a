//! The lab's check: slow, and plain enough to be believed at sight.

/// Tells whether `n` is prime by dividing it by 2 and then by every odd number up to its root.
///
/// A composite number has a divisor that is at most its square root, so none is missed. A prime
/// near 10⁸ costs 5 000 divisions, one near 2⁶⁴ costs two thousand million: seconds, not
/// microseconds. [`is_prime_by_strong_test`](super::is_prime_by_strong_test) has no such cliff.
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
