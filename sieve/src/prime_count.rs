//! Counts the primes up to a number x by a combinatorial method. This is no sieve: it visits no number
//! above √x.
//!
//! Let p₁ < p₂ < … be the odd primes, and let left(v, a) be how many of the odd numbers from 3 to v are
//! one of p₁, …, pₐ or have no divisor among them. So left(v, 0) = ⌊(v − 1) / 2⌋. The next prime, p,
//! removes the numbers p·m with m ≥ p that the primes before it have left:
//!
//! ```text
//! left(v, a + 1) = left(v, a) − (left(⌊v / p⌋, a) − a)     if p² ≤ v; otherwise left(v, a)
//! ```
//!
//! When p² > v, only primes are left: π(v) = left(v, a) + 1, since 2 is not odd. From x, the recurrence
//! reaches only the values ⌊x / i⌋. That takes memory for O(√x) numbers, and time O(x^¾ / log x).
//!
//! One prime after another is done up to the fourth root of x. Let q₁ < q₂ < … be the primes from there
//! to √x. Because ⌊x / (qⱼ·qₖ)⌋ < qⱼ², the recurrence has only two more levels:
//!
//! ```text
//! π(x) − 1 = left(x, a) − Σ (left(⌊x / qₖ⌋, a) − (a + k − 1))             over all k
//!                       + Σ (π(⌊x / (qⱼ·qₖ)⌋) − 1 − (a + j − 1))          over j < k with qⱼ²·qₖ ≤ x
//! ```
//!
//! Sources: `Lucy_Hedgehog`'s post about Project Euler's problem 10 has the recurrence over ⌊x / i⌋.
//! `Min_25`'s "Counting Primes" in the Library Checker keeps only what later primes need, and has the sums.

use alloc::vec::Vec;
use core::{error::Error, fmt};

/// The largest number that [`prime_count`] accepts: 10¹⁵. It is below 2⁵³, so that `f64` holds it.
pub const PRIME_COUNT_MAX: u64 = 1_000_000_000_000_000;

/// The number is above [`PRIME_COUNT_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrimeCountError {
    /// The number.
    pub number: u64,
}

impl fmt::Display for PrimeCountError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "cannot count the primes up to {}: counting without a sieve ends at {PRIME_COUNT_MAX} \
             (use the sieve for a range beyond)",
            self.number
        )
    }
}

impl Error for PrimeCountError {}

/// Counts the primes up to and including `number`, without a sieve.
///
/// It is much faster than [`count`](crate::count) of all numbers from 0 on. But it cannot list primes,
/// and the sieve is faster for a short range of large numbers. At 10¹², it takes a fraction of a second
/// and 9 MB; at 10¹⁵, about half a minute and 270 MB.
///
/// # Errors
/// If the number is above [`PRIME_COUNT_MAX`].
///
/// ```
/// assert_eq!(sieve::prime_count(97), Ok(25));
/// assert_eq!(sieve::prime_count(100_000_000_000), Ok(4_118_054_813));
/// ```
pub fn prime_count(number: u64) -> Result<u64, PrimeCountError> {
    match number {
        0..2 => Ok(0),
        2..=PRIME_COUNT_MAX => Ok(Counts::after_small_primes(number).prime_count()),
        _ => Err(PrimeCountError { number }),
    }
}

/// The values of left(v, a).
struct Counts {
    /// The number x.
    number: u64,
    /// The number a of odd primes that are done.
    done: u64,
    /// left(v, a) for each odd v up to √x, indexed by its half.
    small: Vec<u32>,
    /// The odd numbers up to √x without a divisor among these primes: 1, the next prime, and so on.
    divisors: Vec<u32>,
    /// left(⌊x / i⌋, a) for each i of `divisors`.
    large: Vec<u64>,
}

impl Counts {
    /// The counts when all primes up to the fourth root of the number are done.
    fn after_small_primes(number: u64) -> Self {
        let odds = number.isqrt().div_ceil(2) as u32;
        let mut counts = Self {
            number,
            done: 0,
            small: (0..odds).collect(),
            divisors: (0..odds).map(|half| 2 * half + 1).collect(),
            large: (0..odds).map(|half| (number / u64::from(2 * half + 1) - 1) / 2).collect(),
        };
        while let Some(&prime) = counts.divisors.get(1)
            && u64::from(prime).pow(4) <= number
        {
            counts.remove_multiples(prime.into());
        }
        counts
    }

    /// Does one step of the recurrence, for the next prime.
    fn remove_multiples(&mut self, prime: u64) {
        // In descending order of v, since each v needs a smaller one as it was.
        self.update_large(prime);
        self.update_small(prime as usize);
        self.done += 1;
    }

    fn update_large(&mut self, prime: u64) {
        let Self { number, done, small, divisors, large } = self;
        let root = number.isqrt();
        // The multiples p·i up to √x are divisors, too, so ⌊x / (p·i)⌋ is in `large`.
        let factors = divisors.iter().map(|&divisor| u64::from(divisor));
        let multiples =
            factors.map(|factor| prime * factor).take_while(|&multiple| multiple <= root);
        let position = |multiple: u64| small[multiple as usize / 2] - *done as u32;
        let positions: Vec<u32> = multiples.map(position).collect();
        let quotient = Dividend::new(*number / prime);
        let mut removed = 0;
        for index in 0..divisors.len() {
            if positions.get(removed).is_some_and(|&position| position as usize == index) {
                removed += 1;
                continue;
            }
            let at_quotient = match positions.get(index) {
                Some(&position) => large[position as usize],
                None => small[half_below(quotient.by(divisors[index]))].into(),
            };
            large[index - removed] = large[index] + *done - at_quotient;
            divisors[index - removed] = divisors[index];
        }
        divisors.truncate(divisors.len() - positions.len());
        large.truncate(divisors.len());
    }

    fn update_small(&mut self, prime: usize) {
        let root = self.number.isqrt() as usize;
        let mut end = self.small.len();
        // The v from p·m to the next odd multiple have the same largest odd m in ⌊v / p⌋.
        for multiplier in (prime..=root / prime).rev().filter(|multiplier| multiplier % 2 == 1) {
            let less = self.small[multiplier / 2] - self.done as u32;
            let begin = prime * multiplier / 2;
            self.small[begin..end].iter_mut().for_each(|count| *count -= less);
            end = begin;
        }
    }

    /// Computes the two sums: without 1, the `divisors` are now the primes qₖ.
    fn prime_count(&self) -> u64 {
        let Self { number, done, ref small, ref divisors, ref large, .. } = *self;
        let left = |v: u64| u64::from(small[half_below(v)]);
        let mut of_pairs = 0;
        for (j, &prime) in (1..).zip(&divisors[1..]) {
            let quotient = number / u64::from(prime);
            // The last k belongs to the largest prime up to x / qⱼ².
            let last = left(quotient / u64::from(prime)).saturating_sub(done);
            if last <= j {
                break;
            }
            let quotient = Dividend::new(quotient);
            let seconds = divisors[j as usize + 1..=last as usize].iter();
            let counts: u64 = seconds.map(|&prime| left(quotient.by(prime))).sum();
            of_pairs += counts - (last - j) * (done + j - 1);
        }
        let of_primes: u64 = (done..).zip(&large[1..]).map(|(before, count)| count - before).sum();
        1 + large[0] + of_pairs - of_primes
    }
}

/// A number to divide by many others.
struct Dividend(f64);

impl Dividend {
    #[expect(clippy::cast_precision_loss, reason = "it is below 2⁵³")]
    fn new(number: u64) -> Self {
        Self(number as f64)
    }

    /// The quotient, rounded down.
    ///
    /// It is exact. Let m be ⌊n / d⌋. `f64` could round n / d to m + 1 only from a distance of at most
    /// (m + 1) · 2⁻⁵³. But the distance is at least 1 / d, and (m + 1) · d ≤ n + d < 2⁵³.
    #[expect(clippy::cast_sign_loss, reason = "a quotient of numbers that are not below zero")]
    fn by(&self, divisor: u32) -> u64 {
        // The quotient is not above √x. Such a conversion is faster than one to `u64`.
        ((self.0 / f64::from(divisor)) as u32).into()
    }
}

/// The position in `small` of the largest odd number up to `number`.
fn half_below(number: u64) -> usize {
    (number - 1) as usize / 2
}
