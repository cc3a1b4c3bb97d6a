//! Prime k-tuplets: twins, triplets, quadruplets, quintuplets and sextuplets.
//!
//! A k-tuplet has k primes that are as close together as k large primes can be. Its differences are
//! those of one or two patterns. No other prime is between the primes of a tuplet, so a window over
//! the primes in order finds all tuplets. In the words of a sieve, a tuplet is a run of set bits.
//!
//! Source of the patterns: T. Forbes and N. Luhn, "Prime k-tuplets", <https://pzktupel.de/ktuplets>.
//! primesieve (K. Walisch) counts the same tuplets.

use core::{iter::FusedIterator, ops::Range};

use crate::{
    Primes,
    base_primes::BasePrimes,
    decode::{Piece, Words},
    instructions::dispatched,
    machine::Machine,
    plan::Plan,
    short_range,
    strategy::{Strategy, split},
    strong_test::is_prime,
};

/// For k from 2 to 6: the differences of a k-tuplet's other primes to its first one.
const PATTERNS: [&[&[u64]]; 5] = [
    &[&[2]],
    &[&[2, 6], &[4, 6]],
    &[&[2, 6, 8]],
    &[&[2, 6, 8, 12], &[4, 6, 10, 12]],
    &[&[4, 6, 10, 12, 16]],
];

/// For k from 2 to 6: the bits of the wheel residues modulo 30 with which a tuplet can begin.
///
/// Twins begin with 11, 17 or 29, triplets with 7, 11, 13 or 17, quadruplets with 11, quintuplets
/// with 7 or 11, and sextuplets with 7.
const RUN_STARTS: [u8; 5] = [0b1001_0100, 0b0001_1110, 0b0000_0100, 0b0000_0110, 0b0000_0010];

/// An iterator over the prime k-tuplets of a range; see [`tuplets`](fn@crate::tuplets).
#[derive(Clone, Debug)]
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

/// Counts tuplets in sieved words; only few or small numbers are decoded.
pub(crate) fn count<const K: usize>(numbers: Range<u64>, machine: Machine) -> u64 {
    let instructions = machine.instructions;
    let (tabled, strategy) = split(numbers);
    // No tuplet is on both sides of the table's end: 131 071 and 131 101 are neighbours.
    let in_table = count_windows::<K>(tabled.iter().map(|&prime| u64::from(prime)));
    let beyond = match strategy {
        Strategy::None => 0,
        Strategy::TestEach(numbers) => count_windows::<K>(numbers.filter(|&n| is_prime(n))),
        Strategy::ShortSieve(numbers) => {
            count_runs(instructions, short_range::words(&numbers, instructions).all(), K, &mut 0)
        }
        Strategy::SegmentedSieve(numbers) => count_in_segments(numbers, machine, K),
    };
    in_table + beyond
}

fn count_in_segments(numbers: Range<u64>, machine: Machine, k: usize) -> u64 {
    let plan = Plan::in_order(numbers, machine, 1);
    let mut sieve = BasePrimes::default().sieve(&plan);
    let (mut words, mut before) = (Words::default(), 0);
    let counts = plan.parts.iter().map(|part| {
        sieve.words(&part, &mut words);
        count_runs(machine.instructions, words.all(), k, &mut before)
    });
    counts.sum()
}

dispatched! {
    /// Counts tuplets as runs of set bits; `before` is the word before the piece.
    fn count_runs(piece: Piece<'_>, k: usize, before: &mut u64) -> u64 = count_runs_in_words
}

#[inline(always)]
fn count_runs_in_words(piece: Piece<'_>, k: usize, before: &mut u64) -> u64 {
    let starts = u64::from_le_bytes([RUN_STARTS[k - 2]; 8]);
    let mut count = 0;
    for word in piece.words() {
        let word = u64::from_le_bytes(*word);
        let runs = (1..k).fold(word & starts, |runs, shift| runs & word >> shift);
        // Only twins may be in two words: 30·n - 1 and 30·n + 1.
        let across = if k == 2 { *before >> 63 & word } else { 0 };
        count += u64::from(runs.count_ones()) + (across & 1);
        *before = word;
    }
    count
}

fn count_windows<const K: usize>(primes: impl Iterator<Item = u64>) -> u64 {
    let count = |(count, window): (u64, [u64; K]), prime| {
        let window = moved_on(window, prime);
        (count + u64::from(is_tuplet(&window)), window)
    };
    primes.fold((0, [0; K]), count).0
}

#[inline]
fn moved_on<const K: usize>(window: [u64; K], prime: u64) -> [u64; K] {
    core::array::from_fn(|index| window.get(index + 1).copied().unwrap_or(prime))
}

#[inline]
fn is_tuplet<const K: usize>(window: &[u64; K]) -> bool {
    let differences = |pattern: &&[u64]| {
        window[1..].iter().zip(*pattern).all(|(prime, difference)| prime - window[0] == *difference)
    };
    // All patterns for a K have the same last difference.
    window[K - 1] - window[0] == PATTERNS[K - 2][0][K - 2]
        && window[0] != 0
        && PATTERNS[K - 2].iter().any(differences)
}
