//! Prime k-tuplets: twins, triplets, quadruplets, quintuplets and sextuplets.
//!
//! A k-tuplet has k primes that are as close together as k large primes can be. Its differences are
//! those of one or two patterns. No other prime is between the primes of a tuplet, so a window over
//! the primes in order finds all tuplets.
//!
//! Source of the patterns: T. Forbes and N. Luhn, "Prime k-tuplets", <https://pzktupel.de/ktuplets>.
//! primesieve (K. Walisch) counts the same tuplets.

use std::{iter::FusedIterator, ops::RangeBounds};

use crate::{Primes, Sieve, primes::Middle};

/// For k from 2 to 6: the differences of a k-tuplet's other primes to its first one.
const PATTERNS: [&[&[u64]]; 5] = [
    &[&[2]],
    &[&[2, 6], &[4, 6]],
    &[&[2, 6, 8]],
    &[&[2, 6, 8, 12], &[4, 6, 10, 12]],
    &[&[4, 6, 10, 12, 16]],
];

/// Returns an iterator over the prime k-tuplets of a range, in ascending order, for a K from 2 to 6:
/// twins, triplets, quadruplets, quintuplets or sextuplets.
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

/// Counts the prime k-tuplets of a range, for a K from 2 to 6; see [`tuplets`].
///
/// ```
/// assert_eq!(sieve::count_tuplets::<2>(..1_000_000), 8_169); // twins
/// assert_eq!(sieve::count_tuplets::<6>(..1_000_000), 5); // sextuplets
/// ```
pub fn count_tuplets<const K: usize>(range: impl RangeBounds<u64>) -> u64 {
    Sieve::default().count_tuplets::<K>(range)
}

/// An iterator over the prime k-tuplets of a range; see [`tuplets`].
#[derive(Debug)]
pub struct Tuplets<const K: usize> {
    primes: Primes,
    /// The last primes that the range has had; zeros before there are as many.
    window: [u64; K],
}

impl<const K: usize> Tuplets<K> {
    /// Refuses to compile other numbers of primes.
    pub(crate) const CHECK: () = assert!(2 <= K && K <= 6, "a tuplet has two to six primes");

    pub(crate) fn new(primes: Primes) -> Self {
        let () = Self::CHECK;
        Self { primes, window: [0; K] }
    }
}

impl<const K: usize> Iterator for Tuplets<K> {
    type Item = [u64; K];

    fn next(&mut self) -> Option<[u64; K]> {
        loop {
            self.window = moved_on(self.window, self.primes.next()?);
            if is_tuplet(&self.window) {
                return Some(self.window);
            }
        }
    }
}

impl<const K: usize> FusedIterator for Tuplets<K> {}

/// Counts tuplets; it is not generic, so it is compiled with this crate and its optimization.
pub(crate) fn count(k: usize, middle: Box<Middle>) -> u64 {
    match k {
        2 => count_windows::<2>(middle),
        3 => count_windows::<3>(middle),
        4 => count_windows::<4>(middle),
        5 => count_windows::<5>(middle),
        _ => count_windows::<6>(middle),
    }
}

fn count_windows<const K: usize>(middle: Box<Middle>) -> u64 {
    let count = |(count, window): (u64, [u64; K]), prime| {
        let window = moved_on(window, prime);
        (count + u64::from(is_tuplet(&window)), window)
    };
    Primes::new(middle).fold((0, [0; K]), count).0
}

fn moved_on<const K: usize>(mut window: [u64; K], prime: u64) -> [u64; K] {
    window.copy_within(1.., 0);
    window[K - 1] = prime;
    window
}

fn is_tuplet<const K: usize>(window: &[u64; K]) -> bool {
    let differences = |pattern: &&[u64]| {
        window[1..].iter().zip(*pattern).all(|(prime, difference)| prime - window[0] == *difference)
    };
    window[0] != 0 && PATTERNS[K - 2].iter().any(differences)
}
