//! The iterator over primes, which holds one segment at a time.
//!
//! A range may have no end, and a caller may want only its first primes. So the iterator takes the
//! range in pieces. It tests the first few numbers one by one. The first piece to be sieved has
//! about the length of a segment. Later pieces are longer.

use std::{fmt, iter::FusedIterator, ops::Range, slice};

use crate::{
    base_primes::BasePrimes,
    decode::{self, Words},
    instructions::Available,
    machine::Machine,
    plan::{Parts, Plan},
    segment_sieve::SegmentSieve,
    short_range,
    strategy::{Strategy, split_off_table, tested_max},
    strong_test::is_prime,
};

/// Words that are decoded at a time: a few thousand primes.
const PIECE_WORDS: usize = 128;

/// The most numbers that are tested before the first sieve.
const TESTED_FIRST_MAX: u64 = 1024;

/// The fewest numbers of the first piece to be sieved, if the range has as many.
const SIEVED_FIRST_MIN: u64 = 1 << 20;

/// The length of a piece, divided by the length of the piece before.
///
/// Pieces grow, because each one has to find all its base primes again.
const GROWTH: u64 = 8;

/// The limit for the length of a piece that starts low.
///
/// A piece that ends at four times its start has at most twice the base primes of its start. A
/// piece of this many numbers has few base primes anyway.
const LONG: u64 = 1 << 30;

/// An iterator over the primes of a range, in ascending order; see [`primes`](fn@crate::primes).
pub struct Primes {
    machine: Machine,
    tabled: slice::Iter<'static, u32>,
    piece: Piece,
    /// The numbers after the current piece.
    remaining: Range<u64>,
    demand: Demand,
    /// Primes that have been found; those from `next` on have not been returned yet.
    buffer: Vec<u64>,
    next: usize,
}

/// How many of the remaining primes the caller is expected to want.
#[derive(Clone, Copy)]
enum Demand {
    /// Perhaps no more than the next few primes.
    Few,
    /// The primes among about this many numbers.
    Growing(u64),
    All,
}

/// How to find the primes of a piece.
enum Piece {
    None,
    /// Test each number: a sieve's tables would cost more.
    TestEach(Range<u64>),
    Sieved(Box<Sieved>),
}

struct Sieved {
    instructions: Available,
    /// The primes of the part before `next_part`, or of the whole piece.
    words: Words,
    next_word: usize,
    rest: Option<(SegmentSieve, Parts)>,
    next_part: u64,
}

impl Primes {
    pub(crate) fn new(numbers: Range<u64>, machine: Machine) -> Self {
        let (tabled, remaining) = split_off_table(numbers);
        Self {
            machine,
            tabled: tabled.iter(),
            piece: Piece::None,
            remaining,
            demand: Demand::Few,
            buffer: Vec::new(),
            next: 0,
        }
    }

    /// Starts with a sieve, for callers that want all primes.
    pub(crate) fn demand_all(self) -> Self {
        Self { demand: Demand::All, ..self }
    }

    /// Finds the next few thousand primes; returns an empty slice at the end.
    pub(crate) fn next_slice(&mut self) -> &[u64] {
        self.buffer.clear();
        self.next = 0;
        self.buffer.extend(self.tabled.by_ref().map(|&prime| u64::from(prime)));
        while self.buffer.is_empty() {
            if !self.piece.find_more(&mut self.buffer) {
                if self.remaining.is_empty() {
                    break;
                }
                self.piece = Piece::new(self.take_numbers(), self.machine);
            }
        }
        &self.buffer
    }

    /// Takes the numbers of the next piece off the remaining ones.
    fn take_numbers(&mut self) -> Range<u64> {
        let Range { start, end } = self.remaining;
        let root = start.isqrt();
        let most = start.saturating_mul(3).max(LONG);
        let sieved = (root / 16).max(SIEVED_FIRST_MIN);
        let (length, demand) = match self.demand {
            Demand::Few => match tested_max(root).min(TESTED_FIRST_MAX) {
                0 => (sieved, Demand::Growing(GROWTH * sieved)),
                tested => (tested, Demand::Growing(sieved)),
            },
            Demand::Growing(length) => {
                (length.min(most), Demand::Growing(length.saturating_mul(GROWTH)))
            }
            Demand::All => (most, Demand::All),
        };
        self.demand = demand;
        let middle = start.saturating_add(length).min(end);
        self.remaining = middle..end;
        start..middle
    }
}

impl Piece {
    fn new(numbers: Range<u64>, machine: Machine) -> Self {
        let instructions = machine.instructions;
        let sieved = |words, rest| {
            Self::Sieved(Box::new(Sieved { instructions, words, next_word: 0, rest, next_part: 0 }))
        };
        match Strategy::of(numbers) {
            Strategy::None => Self::None,
            Strategy::TestEach(numbers) => Self::TestEach(numbers),
            Strategy::ShortSieve(numbers) => {
                sieved(short_range::words(&numbers, instructions), None)
            }
            Strategy::SegmentedSieve(numbers) => {
                let plan = Plan::in_order(numbers, machine, 1);
                let sieve = BasePrimes::default().sieve(&plan);
                sieved(Words::default(), Some((sieve, plan.parts)))
            }
        }
    }

    /// Appends the next primes, perhaps none; returns false at the end.
    fn find_more(&mut self, buffer: &mut Vec<u64>) -> bool {
        match self {
            Self::None => false,
            Self::TestEach(numbers) => {
                let found = numbers.find(|&n| is_prime(n));
                buffer.extend(found);
                found.is_some()
            }
            Self::Sieved(sieved) => sieved.find_more(buffer),
        }
    }
}

impl Sieved {
    /// Appends the next primes, perhaps none; returns false at the end.
    fn find_more(&mut self, buffer: &mut Vec<u64>) -> bool {
        if self.next_word >= self.words.len() {
            let Some((sieve, parts)) = &mut self.rest else { return false };
            if self.next_part == parts.count() {
                return false;
            }
            sieve.words(&parts.get(self.next_part), &mut self.words);
            self.next_part += 1;
            self.next_word = 0;
        }
        let piece = self.words.piece(self.next_word..self.next_word + PIECE_WORDS);
        decode::append(self.instructions, piece, buffer);
        self.next_word += PIECE_WORDS;
        true
    }
}

impl Iterator for Primes {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        if self.next == self.buffer.len() && self.next_slice().is_empty() {
            return None;
        }
        let prime = self.buffer[self.next];
        self.next += 1;
        Some(prime)
    }

    fn fold<B, F: FnMut(B, u64) -> B>(mut self, initial: B, mut combine: F) -> B {
        self.demand = Demand::All;
        let found = self.buffer[self.next..].iter();
        let mut folded = found.fold(initial, |folded, &prime| combine(folded, prime));
        loop {
            let slice = self.next_slice();
            if slice.is_empty() {
                return folded;
            }
            folded = slice.iter().fold(folded, |folded, &prime| combine(folded, prime));
        }
    }
}

impl FusedIterator for Primes {}

impl fmt::Debug for Primes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Primes").finish_non_exhaustive()
    }
}
