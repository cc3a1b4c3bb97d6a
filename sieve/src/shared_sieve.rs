//! A sieve that keeps its base primes, for ranges that are sieved in pieces.

use alloc::{collections::TryReserveError, vec::Vec};
use core::ops::RangeBounds;

use crate::{
    Number, Sieve,
    base_primes::BasePrimes,
    lists, plan,
    strategy::{U64_END, half_open},
};

/// A sieve that keeps its base primes for the next piece of a range.
///
/// Pieces may come one after another, or on several threads that share the sieve.
///
/// The base primes of a piece are the primes up to the square root of its end. For large numbers,
/// finding them can take longer than sieving the piece.
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
    /// Recommends a length for the pieces of a range that is to be counted.
    ///
    /// Pieces of this length cost about as much in total as the whole range at once. Longer pieces
    /// gain little, and shorter pieces are slower.
    ///
    /// The length depends on the end of the range and on the caches of the machine. It may be longer than
    /// the range.
    pub fn piece(&self, range: impl RangeBounds<u64>) -> u64 {
        plan::piece_numbers(&half_open(&range, U64_END), self.sieve.machine())
    }

    /// Counts primes, as [`count`](crate::count) does.
    pub fn count(&self, range: impl RangeBounds<u64>) -> u64 {
        self.sieve.count_with(half_open(&range, U64_END), &self.base_primes)
    }

    /// Lists primes, as [`collect`](crate::collect) does.
    ///
    /// # Panics
    /// As [`collect`](crate::collect).
    #[track_caller]
    pub fn collect<N: Number>(&self, range: impl RangeBounds<u64>) -> Vec<N> {
        lists::or_panic(self.try_collect(range))
    }

    /// Lists primes if there is enough memory, as [`try_collect`](crate::try_collect) does.
    ///
    /// # Errors
    /// If the list cannot be allocated.
    ///
    /// # Panics
    /// If the range has numbers that a `u32` cannot hold, for `u32`.
    #[track_caller]
    pub fn try_collect<N: Number>(
        &self,
        range: impl RangeBounds<u64>,
    ) -> Result<Vec<N>, TryReserveError> {
        N::try_collect(half_open(&range, N::END), self.sieve.machine(), &self.base_primes)
    }
}
