//! The iterator over primes, which holds at most one segment for each of its ends.
//!
//! A range may have no end, and a caller may want only a few primes. So the iterator takes the
//! range in pieces, from its start or from its end. It tests the first numbers one by one, for less
//! time than preparing a sieve would take. Each further piece is as long as all sieved pieces before
//! it. When no numbers are left between the two ends, they share the last piece.

mod piece;

use alloc::{boxed::Box, vec, vec::Vec};
use core::{fmt, iter::FusedIterator, ops::Range};

use self::piece::RangePiece;
use crate::{
    base_primes::BasePrimes,
    machine::Machine,
    strategy::{split_off_table, tested_max},
};

/// The primes of the prime table that are taken at a time.
const TABLED_AT_ONCE: usize = 2048;

/// The fewest numbers of the first piece to be sieved, if the range has as many.
const SIEVED_FIRST_MIN: u64 = 1 << 19;

/// The first piece is tested number by number: its length is [`tested_max`] divided by this number.
const TESTED_PART: u64 = 4;

/// The limit for the length of a piece of low numbers.
///
/// A piece that ends at four times its start has at most twice the base primes of its start. A
/// piece of this many numbers has few base primes anyway.
const LONG: u64 = 1 << 30;

/// An iterator over the primes of a range, from either end; see [`primes`](fn@crate::primes).
///
/// A clone goes on from the same place. It has a segment of its own, but shares the base primes.
#[derive(Clone)]
pub struct Primes {
    /// Primes that have been found at the start of the range.
    front: vec::IntoIter<u64>,
    /// Primes that have been found at the end of the range.
    back: vec::IntoIter<u64>,
    /// Numbers in between. It is in a box, so that a loop can keep `front` in registers.
    middle: Box<Middle>,
}

/// The part of a range whose primes have not been returned or buffered yet.
pub(crate) struct Middle {
    machine: Machine,
    base_primes: BasePrimes,
    /// The remaining primes of the prime table.
    tabled: &'static [u32],
    first_piece: RangePiece,
    /// The numbers between the two pieces.
    numbers: Range<u64>,
    last_piece: RangePiece,
    ascending: Demand,
    descending: Demand,
}

/// How many of the remaining primes the caller is expected to want.
#[derive(Clone, Copy)]
enum Demand {
    /// Perhaps no more than the next few primes.
    Few,
    /// The primes among as many numbers as have been sieved already.
    Growing(u64),
    All,
}

impl Demand {
    /// Returns the length of the next piece, from a number on or below it.
    fn next_length(&mut self, number: u64, most: u64) -> u64 {
        let root = number.isqrt();
        let sieved = (root / 16).max(SIEVED_FIRST_MIN);
        let (length, next) = match *self {
            Self::Few => match tested_max(root) / TESTED_PART {
                0 => (sieved, Self::Growing(sieved)),
                tested => (tested, Self::Growing(0)),
            },
            Self::Growing(before) => {
                let length = before.max(sieved).min(most);
                (length, Self::Growing(before.saturating_add(length)))
            }
            Self::All => (most, Self::All),
        };
        *self = next;
        length
    }
}

impl Middle {
    pub(crate) fn new(numbers: Range<u64>, machine: Machine) -> Box<Self> {
        let (tabled, numbers) = split_off_table(numbers);
        Box::new(Self {
            machine,
            base_primes: BasePrimes::default(),
            tabled,
            first_piece: RangePiece::None,
            numbers,
            last_piece: RangePiece::None,
            ascending: Demand::Few,
            descending: Demand::Few,
        })
    }

    /// Finds all primes of a range, for callers that want them all.
    #[cfg(feature = "std")]
    pub(crate) fn all(numbers: Range<u64>, machine: Machine) -> Box<Self> {
        let mut middle = Self::new(numbers, machine);
        middle.ascending = Demand::All;
        middle
    }

    /// Finds the next few thousand primes, into an empty list, which stays empty at the end.
    pub(crate) fn find(&mut self, primes: &mut Vec<u64>) {
        let (tabled, rest) = self.tabled.split_at(self.tabled.len().min(TABLED_AT_ONCE));
        primes.extend(tabled.iter().copied().map(u64::from));
        self.tabled = rest;
        while primes.is_empty() {
            if self.first_piece.find(primes) {
                continue;
            }
            // Free its memory before the next piece needs some.
            self.first_piece = RangePiece::None;
            if self.numbers.is_empty() {
                self.first_piece = core::mem::replace(&mut self.last_piece, RangePiece::None);
                if matches!(self.first_piece, RangePiece::None) {
                    break;
                }
            } else {
                let Range { start, end } = self.numbers;
                let most = start.saturating_mul(3).max(LONG);
                let length = self.ascending.next_length(start, most);
                let border = start.saturating_add(length).min(end);
                self.numbers = border..end;
                self.first_piece = RangePiece::new(start..border, self.machine, &self.base_primes);
            }
        }
    }

    /// Finds the previous few thousand primes, into an empty list, which stays empty at the end.
    fn find_back(&mut self, primes: &mut Vec<u64>) {
        while primes.is_empty() {
            if self.last_piece.find_back(primes) {
                continue;
            }
            self.last_piece = RangePiece::None;
            if self.numbers.is_empty() {
                self.last_piece = core::mem::replace(&mut self.first_piece, RangePiece::None);
                if matches!(self.last_piece, RangePiece::None) {
                    break;
                }
            } else {
                let Range { start, end } = self.numbers;
                let most = (end / 4 * 3).max(LONG);
                let length = self.descending.next_length(end, most);
                let border = end.saturating_sub(length).max(start);
                self.numbers = start..border;
                self.last_piece = RangePiece::new(border..end, self.machine, &self.base_primes);
            }
        }
        if primes.is_empty() {
            let tabled = self.tabled.len().saturating_sub(TABLED_AT_ONCE);
            let (rest, tabled) = self.tabled.split_at(tabled);
            primes.extend(tabled.iter().copied().map(u64::from));
            self.tabled = rest;
        }
    }

    fn find_list(&mut self) -> vec::IntoIter<u64> {
        let mut primes = Vec::new();
        self.find(&mut primes);
        primes.into_iter()
    }

    fn find_list_back(&mut self) -> vec::IntoIter<u64> {
        let mut primes = Vec::new();
        self.find_back(&mut primes);
        primes.into_iter()
    }

    /// The most primes that there can be: one for each odd number that is not in the table.
    fn primes_max(&self) -> u64 {
        let numbers = self.numbers.end - self.numbers.start;
        let between = self.tabled.len() as u64 + numbers.div_ceil(2);
        let pieces = self.first_piece.primes_max().saturating_add(self.last_piece.primes_max());
        between.saturating_add(pieces)
    }
}

impl Clone for Middle {
    fn clone(&self) -> Self {
        Self {
            base_primes: self.base_primes.clone(),
            first_piece: self.first_piece.clone_with(&self.base_primes),
            numbers: self.numbers.clone(),
            last_piece: self.last_piece.clone_with(&self.base_primes),
            ..*self
        }
    }
}

impl Primes {
    #[inline]
    pub(crate) fn new(middle: Box<Middle>) -> Self {
        Self { front: Vec::new().into_iter(), back: Vec::new().into_iter(), middle }
    }
}

impl Iterator for Primes {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        if let Some(prime) = self.front.next() {
            return Some(prime);
        }
        self.front = self.middle.find_list();
        if self.front.len() == 0 {
            return self.back.next();
        }
        self.front.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let found = self.front.len() + self.back.len();
        let more = usize::try_from(self.middle.primes_max()).ok();
        (found, more.and_then(|more| found.checked_add(more)))
    }

    fn last(mut self) -> Option<u64> {
        self.next_back()
    }

    fn fold<B, F: FnMut(B, u64) -> B>(mut self, initial: B, mut combine: F) -> B {
        self.middle.ascending = Demand::All;
        let mut folded = self.front.fold(initial, &mut combine);
        let mut primes = Vec::new();
        loop {
            self.middle.find(&mut primes);
            if primes.is_empty() {
                return self.back.fold(folded, combine);
            }
            folded = primes.iter().fold(folded, |folded, &prime| combine(folded, prime));
            primes.clear();
        }
    }
}

impl DoubleEndedIterator for Primes {
    #[inline]
    fn next_back(&mut self) -> Option<u64> {
        if let Some(prime) = self.back.next_back() {
            return Some(prime);
        }
        self.back = self.middle.find_list_back();
        if self.back.len() == 0 {
            return self.front.next_back();
        }
        self.back.next_back()
    }
}

impl FusedIterator for Primes {}

impl fmt::Debug for Primes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Primes").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_primes_of_many_large_numbers_need_no_sieve() {
        let mut primes = crate::primes(18_000_000_000_000_000_000..);
        for _ in 0..30 {
            assert!(primes.next().is_some() && primes.next_back().is_some());
            assert!(matches!(primes.middle.first_piece, RangePiece::TestEach(_)));
            assert!(matches!(primes.middle.last_piece, RangePiece::TestEach(_)));
        }
    }
}
