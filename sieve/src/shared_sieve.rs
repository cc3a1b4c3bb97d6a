//! A sieve for a range that is cut into pieces.

use std::ops::{Range, RangeBounds};

use crate::{END, Number, Sieve, base_primes::BasePrimes, plan, strategy::half_open};

/// A sieve that keeps its base primes, for those who cut a range into pieces: one after another, or
/// on threads that share it.
///
/// The base primes of a piece are all primes up to the root of its end. Where numbers are large, to
/// find them can take longer than to sieve the piece with them.
///
/// ```
/// let sieve = sieve::SharedSieve::default();
/// let start = 1_000_000_000_000_000;
/// let pieces = (0..4).map(|piece| start + 3_000_000 * piece).map(|from| from..from + 3_000_000);
/// let counts = pieces.map(|piece| sieve.count(piece));
/// assert_eq!(counts.sum::<u64>(), sieve::count(start..start + 12_000_000));
/// ```
#[derive(Debug, Default)]
pub struct SharedSieve {
    sieve: Sieve,
    base_primes: BasePrimes,
}

impl From<Sieve> for SharedSieve {
    fn from(sieve: Sieve) -> Self {
        Self { sieve, base_primes: BasePrimes::default() }
    }
}

impl SharedSieve {
    /// How many numbers a piece should have for a count of the range in pieces to cost about what it
    /// costs at once: longer ones gain little, shorter ones lose.
    ///
    /// It depends on the caches of the machine, and grows with the root of the range's end.
    pub fn piece(&self, range: impl RangeBounds<u64>) -> u64 {
        plan::piece(&half_open(&range, END), self.sieve.machine())
    }

    /// As [`count`](crate::count).
    pub fn count(&self, range: impl RangeBounds<u64>) -> u64 {
        self.sieve.count_with(half_open(&range, END), &self.base_primes)
    }

    /// As [`collect`](crate::collect).
    pub fn collect<N: Number>(&self, range: impl RangeBounds<u64>) -> Vec<N> {
        N::collect(self, half_open(&range, N::END))
    }

    pub(crate) fn collect_from<N: Number>(&self, numbers: Range<u64>) -> Vec<N> {
        self.sieve.collect_with(numbers, &self.base_primes)
    }
}
