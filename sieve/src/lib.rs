//! Primes of any range of 64-bit numbers.
//!
#![doc = include_str!("../README.md")]
#![expect(
    clippy::cast_possible_truncation,
    reason = "what is cast fits: small primes and large ones have 32 bits, bits of a line fewer \
              (see `Window`); the hot loops do not pay for a check"
)]
#![expect(
    clippy::inline_always,
    reason = "a hot loop has to become part of each function that is compiled for a set of \
              instructions, or it is compiled for the plainest"
)]

mod base_primes;
mod cross_off;
mod decode;
mod each_number;
mod huge_pages;
mod instructions;
mod large_primes;
mod machine;
mod plan;
mod presieve;
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
mod text;
mod wheel;

use std::{
    io::{self, Write},
    ops::RangeBounds,
};

pub use self::{
    decode::Number, instructions::Instructions, primes::Primes, shared_sieve::SharedSieve,
    sieve::Sieve,
};

/// The end of the numbers that can be sieved, itself left out: 2⁶⁴ - 2³².
pub const END: u64 = u64::MAX - (1 << 32) + 1;

/// How many primes there are in a range.
///
/// # Panics
/// If the range goes beyond [`END`], as all functions do that sieve.
///
/// ```
/// assert_eq!(sieve::count(..=100), 25);
/// assert_eq!(sieve::count(100_000_000..101_000_000), 54_208);
/// ```
pub fn count(range: impl RangeBounds<u64>) -> u64 {
    Sieve::default().count(range)
}

/// The primes of a range, one after another in ascending order.
///
/// Memory does not grow with the range: there is one window at a time. `fold`, and what is built
/// upon it (`sum`, `for_each`), is faster than a loop.
///
/// ```
/// let primes: Vec<u64> = sieve::primes(1_000_000_000_000..).take(3).collect();
/// assert_eq!(primes, [1_000_000_000_039, 1_000_000_000_061, 1_000_000_000_063]);
/// ```
pub fn primes(range: impl RangeBounds<u64>) -> Primes {
    Sieve::default().primes(range)
}

/// The primes of a range as a list of `u64`, or of `u32` if it ends at 2³² or before.
///
/// # Panics
/// If the range goes beyond what the type can hold, or [`END`].
///
/// ```
/// assert_eq!(sieve::collect::<u32>(10..30), [11, 13, 17, 19, 23, 29]);
/// ```
pub fn collect<N: Number>(range: impl RangeBounds<u64>) -> Vec<N> {
    Sieve::default().collect(range)
}

/// The primes of a range, found by a test of each number: what a sieve saves.
///
/// Below 2³² vector instructions test many numbers at once. Unlike the others, this function goes
/// on to the largest number of 64 bits.
///
/// ```
/// assert_eq!(sieve::test_each(10..30), [11, 13, 17, 19, 23, 29]);
/// ```
pub fn test_each(range: impl RangeBounds<u64>) -> Vec<u64> {
    Sieve::default().test_each(range)
}

/// Writes the primes of a range as decimal lines, and returns how many there are.
///
/// The writer is given more than 100 kB at a time, so it needs no buffer of its own.
///
/// # Errors
/// When the writer fails.
///
/// ```
/// let mut text = Vec::new();
/// sieve::write_lines(90..110, &mut text)?;
/// assert_eq!(text, b"97\n101\n103\n107\n109\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_lines(range: impl RangeBounds<u64>, out: &mut impl Write) -> io::Result<u64> {
    Sieve::default().write_lines(range, out)
}

/// The smallest prime that is not below a number; none if that would be at [`END`] or above.
///
/// ```
/// assert_eq!(sieve::next_prime(1_000_000), Some(1_000_003));
/// assert_eq!(sieve::next_prime(sieve::END), None);
/// ```
pub fn next_prime(number: u64) -> Option<u64> {
    (number..END).find(|&n| strong_test::is_prime(n))
}

/// [`count`], by all threads of rayon's pool.
///
/// ```
/// assert_eq!(sieve::par_count(..1_000_000), 78_498);
/// ```
#[cfg(feature = "parallel")]
pub fn par_count(range: impl RangeBounds<u64>) -> u64 {
    Sieve::default().par_count(range)
}

/// [`collect`], by all threads of rayon's pool.
///
/// ```
/// assert_eq!(sieve::par_collect::<u64>(..1_000_000).len(), 78_498);
/// ```
#[cfg(feature = "parallel")]
pub fn par_collect<N: Number>(range: impl RangeBounds<u64>) -> Vec<N> {
    Sieve::default().par_collect(range)
}
