//! Primes of any range of 64-bit numbers.
//!
//! [`Sieve::default()`]: Sieve
//! [`count(range)`]: fn@count
//! [`primes(range)`]: fn@primes
//! [`collect(range)`]: fn@collect
//! [`try_collect(range)`]: fn@try_collect
//! [`next_prime(number)`]: fn@next_prime
//! [`prev_prime(number)`]: fn@prev_prime
//! [`count_tuplets::<K>(range)`]: fn@count_tuplets
//! [`tuplets(range)`]: fn@tuplets
//! [`is_prime(number)`]: fn@is_prime
//! [`prime_count(number)`]: fn@prime_count
//! [`SharedSieve`]: SharedSieve
//! [`test_each(range)`]: fn@test_each
// The first definition of a link counts: these come before those at the end of the README, which lead
// readers of the repository to the sources.
#![cfg_attr(
    feature = "std",
    doc = "[`write_lines(range, out)`]: fn@write_lines
[`nth_prime(n)`]: fn@nth_prime
[`nth_prime_after(n, number)`]: fn@nth_prime_after"
)]
#![cfg_attr(
    not(feature = "std"),
    doc = "[`write_lines(range, out)`]: #features
[`nth_prime(n)`]: #features
[`nth_prime_after(n, number)`]: #features"
)]
#![cfg_attr(
    feature = "parallel",
    doc = "[`par_count`]: fn@par_count
[`par_collect`]: fn@par_collect"
)]
#![cfg_attr(
    not(feature = "parallel"),
    doc = "[`par_count`]: #features
[`par_collect`]: #features"
)]
//!
#![doc = include_str!("../README.md")]
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![expect(
    clippy::cast_possible_truncation,
    reason = "all values fit: sieving primes have 32 bits, and bit positions have fewer (see \
              `Segment`); a check would slow down the hot loops"
)]
#![expect(
    clippy::inline_always,
    reason = "a hot loop must be inlined into the function of each instruction set; otherwise it \
              is compiled for the plain one"
)]

extern crate alloc;

mod base_primes;
mod cross_off;
mod decode;
mod each_number;
mod huge_pages;
mod instructions;
mod large_primes;
mod lazy_lock;
mod lists;
mod logarithm;
mod machine;
#[cfg(feature = "std")]
mod nth_prime;
#[cfg(feature = "parallel")]
mod parallel;
mod plan;
mod presieve;
mod prime_count;
mod prime_table;
mod primes;
mod residue_class;
mod segment;
mod segment_sieve;
mod shared_sieve;
mod short_range;
mod sieve;
mod strategy;
mod strong_test;
#[cfg(feature = "std")]
mod text;
mod tuplets;
mod wheel;

use alloc::{collections::TryReserveError, vec::Vec};
use core::ops::RangeBounds;
#[cfg(feature = "std")]
use std::io::{self, Write};

#[cfg(feature = "std")]
pub use self::nth_prime::{nth_prime, nth_prime_after};

pub use self::{
    instructions::Instructions,
    lists::Number,
    prime_count::{PRIME_COUNT_MAX, PrimeCountError, prime_count},
    primes::Primes,
    shared_sieve::SharedSieve,
    sieve::Sieve,
    strong_test::is_prime,
    tuplets::Tuplets,
};

/// Counts the primes of a range.
///
/// ```
/// assert_eq!(sieve::count(..=100), 25);
/// assert_eq!(sieve::count(100_000_000..101_000_000), 54_208);
/// assert_eq!(sieve::count(18_446_744_073_709_551_000..), 13); // up to the largest `u64`
/// ```
pub fn count(range: impl RangeBounds<u64>) -> u64 {
    Sieve::default().count(range)
}

/// Returns an iterator over the primes of a range, in ascending order, or in descending order from
/// the end.
///
/// Memory does not grow with the range, because the iterator holds at most one segment for each of its
/// ends. `fold` is faster than a loop, and so are `sum` and `for_each`, which use it.
///
/// ```
/// let primes: Vec<u64> = sieve::primes(1_000_000_000_000..).take(3).collect();
/// assert_eq!(primes, [1_000_000_000_039, 1_000_000_000_061, 1_000_000_000_063]);
///
/// let largest: Vec<u64> = sieve::primes(..=1_000_000_000).rev().take(2).collect();
/// assert_eq!(largest, [999_999_937, 999_999_929]);
/// ```
#[inline]
pub fn primes(range: impl RangeBounds<u64>) -> Primes {
    Sieve::default().primes(range)
}

/// Collects the primes of a range into a list of `u64` or `u32`.
///
/// A range without an end has all numbers that the type can hold.
///
/// # Panics
/// If the range has numbers that a `u32` cannot hold, for `u32`. If there is not enough memory: see
/// [`try_collect`].
///
/// ```
/// assert_eq!(sieve::collect::<u32>(10..30), [11, 13, 17, 19, 23, 29]);
/// ```
#[track_caller]
pub fn collect<N: Number>(range: impl RangeBounds<u64>) -> Vec<N> {
    Sieve::default().collect(range)
}

/// Collects primes as [`collect`] does, but returns an error if the list is too long for the memory.
///
/// # Errors
/// If the memory for the expected number of primes cannot be allocated. Linux may grant more memory than it
/// has, and end the program later.
///
/// # Panics
/// If the range has numbers that a `u32` cannot hold, for `u32`.
///
/// ```
/// assert_eq!(sieve::try_collect::<u64>(10..20)?, [11, 13, 17, 19]);
/// assert!(sieve::try_collect::<u64>(..).is_err()); // all primes of 64 bits
/// # Ok::<(), std::collections::TryReserveError>(())
/// ```
#[track_caller]
pub fn try_collect<N: Number>(range: impl RangeBounds<u64>) -> Result<Vec<N>, TryReserveError> {
    Sieve::default().try_collect(range)
}

/// Lists the primes of a range by testing each number, without a sieve.
///
/// Below 2³², vector instructions test many numbers at once.
///
/// ```
/// assert_eq!(sieve::test_each(10..30), [11, 13, 17, 19, 23, 29]);
/// ```
pub fn test_each(range: impl RangeBounds<u64>) -> Vec<u64> {
    Sieve::default().test_each(range)
}

/// Writes the primes of a range as decimal lines, and returns their number.
///
/// The writer needs no buffer, because it receives more than 100 kB at a time.
///
/// # Errors
/// If the writer fails.
///
/// ```
/// let mut text = Vec::new();
/// sieve::write_lines(90..110, &mut text)?;
/// assert_eq!(text, b"97\n101\n103\n107\n109\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[cfg(feature = "std")]
pub fn write_lines(
    range: impl RangeBounds<u64>,
    out: &mut (impl Write + ?Sized),
) -> io::Result<u64> {
    Sieve::default().write_lines(range, out)
}

/// Returns an iterator over the prime k-tuplets of a range, in ascending order, for a K from 2 to 6:
/// twins, triplets, quadruplets, quintuplets or sextuplets.
///
/// The primes of a k-tuplet are as close together as k large primes can be. These are the differences from
/// the first prime to the others:
///
/// | K | differences |
/// |---|---|
/// | 2 | 2 |
/// | 3 | 2, 6 or 4, 6 |
/// | 4 | 2, 6, 8 |
/// | 5 | 2, 6, 8, 12 or 4, 6, 10, 12 |
/// | 6 | 4, 6, 10, 12, 16 |
///
/// The range contains all primes of a tuplet. A K outside of these limits does not compile.
///
/// ```
/// let twins: Vec<[u64; 2]> = sieve::tuplets(..20).collect();
/// assert_eq!(twins, [[3, 5], [5, 7], [11, 13], [17, 19]]);
///
/// for [a, b, c] in sieve::tuplets(1_000_000_000..1_000_000_500) {
///     println!("the triplet {a}, {b} and {c}");
/// }
/// ```
pub fn tuplets<const K: usize>(range: impl RangeBounds<u64>) -> Tuplets<K> {
    Sieve::default().tuplets(range)
}

/// Counts the prime k-tuplets of a range, for a K from 2 to 6; see [`tuplets`](fn@tuplets).
///
/// ```
/// assert_eq!(sieve::count_tuplets::<2>(..1_000_000), 8_169); // twins
/// assert_eq!(sieve::count_tuplets::<6>(..1_000_000), 5); // sextuplets
/// ```
pub fn count_tuplets<const K: usize>(range: impl RangeBounds<u64>) -> u64 {
    Sieve::default().count_tuplets::<K>(range)
}

/// Returns the smallest prime that is at least `number`, so a prime is its own next prime.
///
/// It is `None` if that prime has more than 64 bits. For the next prime above a number, call
/// `next_prime(number + 1)`.
///
/// ```
/// assert_eq!(sieve::next_prime(7), Some(7)); // a prime
/// assert_eq!(sieve::next_prime(8), Some(11)); // a number between primes
/// assert_eq!(sieve::next_prime(7 + 1), Some(11)); // the next prime above 7
/// assert_eq!(sieve::next_prime(u64::MAX - 58), Some(18_446_744_073_709_551_557));
/// assert_eq!(sieve::next_prime(u64::MAX - 57), None);
/// ```
pub fn next_prime(number: u64) -> Option<u64> {
    if number <= 2 {
        return Some(2);
    }
    (number | 1..=u64::MAX).step_by(2).find(|&n| is_prime(n))
}

/// Returns the largest prime that is at most `number`, so a prime is its own previous prime.
///
/// It is `None` below 2. For the previous prime below a number, call `prev_prime(number - 1)`.
///
/// ```
/// assert_eq!(sieve::prev_prime(7), Some(7)); // a prime
/// assert_eq!(sieve::prev_prime(10), Some(7)); // a number between primes
/// assert_eq!(sieve::prev_prime(7 - 1), Some(5)); // the previous prime below 7
/// assert_eq!(sieve::prev_prime(u64::MAX), Some(18_446_744_073_709_551_557));
/// assert_eq!(sieve::prev_prime(1), None);
/// ```
pub fn prev_prime(number: u64) -> Option<u64> {
    if number <= 2 {
        return (number == 2).then_some(2);
    }
    (3..=(number - 1) | 1).rev().step_by(2).find(|&n| is_prime(n))
}

/// Counts the primes of a range on all threads of rayon's pool, as [`count`] does on one.
///
/// ```
/// assert_eq!(sieve::par_count(..1_000_000), 78_498);
/// ```
#[cfg(feature = "parallel")]
pub fn par_count(range: impl RangeBounds<u64>) -> u64 {
    Sieve::default().par_count(range)
}

/// Collects the primes of a range on all threads of rayon's pool, as [`collect`] does on one.
///
/// If there is not enough memory, the process may abort.
///
/// # Panics
/// If the range has numbers that a `u32` cannot hold, for `u32`.
///
/// ```
/// assert_eq!(sieve::par_collect::<u64>(..1_000_000).len(), 78_498);
/// ```
#[cfg(feature = "parallel")]
#[track_caller]
pub fn par_collect<N: Number>(range: impl RangeBounds<u64>) -> Vec<N> {
    Sieve::default().par_collect(range)
}
