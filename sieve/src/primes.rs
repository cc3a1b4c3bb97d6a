//! Primes in order, as an iterator that holds one window at a time.
//!
//! A range may be without an end, and only its first primes may be wanted. So it is
//! taken in pieces: the first few numbers are tested, the first piece that is sieved is about a window
//! long, and pieces grow from then on.

use std::{fmt, iter::FusedIterator, ops::Range, slice};

use crate::{
    base_primes::BasePrimes,
    decode::{self, Words},
    instructions::Available,
    machine::Machine,
    plan::{Parts, Plan},
    segment_sieve::WindowSieve,
    short_range,
    strategy::{Others, split_off_small, tested_max},
    strong_test::is_prime,
};

/// So many words are turned into numbers at a time: a few thousand primes.
const PIECE_WORDS: usize = 128;

/// So many numbers are tested before anything is sieved.
const TESTED_FIRST_MAX: u64 = 1024;

/// The first piece that is sieved has at least this many numbers, if the range has.
const SIEVED_FIRST_MIN: u64 = 1 << 20;

/// How many times as long as the last piece the next one is: to begin anew, all primes up to the root have
/// to be found anew.
const GROWTH: u64 = 8;

/// A piece that ends at four times its start needs but twice the primes that it needs anyway. In a
/// piece of this many numbers, these are few.
const LONG: u64 = 1 << 30;

/// An iterator over the primes of a range, ascending; [`primes`](fn@crate::primes) makes it.
pub struct Primes {
    machine: Machine,
    small: slice::Iter<'static, u32>,
    piece: Piece,
    /// The numbers behind the piece.
    remaining: Range<u64>,
    appetite: Appetite,
    /// What has been found and not yet been given.
    buffer: Vec<u64>,
    next: usize,
}

/// How much of what remains is wanted, as far as that is known.
#[derive(Clone, Copy)]
enum Appetite {
    /// Perhaps no more than the next few primes.
    Small,
    /// Those in about this many numbers.
    Growing(u64),
    All,
}

/// How the primes of some numbers are found.
enum Piece {
    None,
    /// One by one: there are too few numbers for a sieve.
    Tested(Range<u64>),
    Sieved(Box<Sieved>),
}

struct Sieved {
    instructions: Available,
    /// The primes of the part before `next_part`, or of the whole piece.
    words: Words,
    next_word: usize,
    rest: Option<(WindowSieve, Parts)>,
    next_part: u64,
}

impl Primes {
    pub(crate) fn new(numbers: Range<u64>, machine: Machine) -> Self {
        let (small, remaining) = split_off_small(numbers);
        Self {
            machine,
            small: small.iter(),
            piece: Piece::None,
            remaining,
            appetite: Appetite::Small,
            buffer: Vec::new(),
            next: 0,
        }
    }

    /// Goes right to the sieve, for those who will not stop after a few.
    pub(crate) fn all_wanted(self) -> Self {
        Self { appetite: Appetite::All, ..self }
    }

    /// Finds the next few thousand; an empty slice at the end.
    pub(crate) fn next_slice(&mut self) -> &[u64] {
        self.buffer.clear();
        self.next = 0;
        self.buffer.extend(self.small.by_ref().map(|&prime| u64::from(prime)));
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

    /// The next numbers to look at.
    fn take_numbers(&mut self) -> Range<u64> {
        let Range { start, end } = self.remaining;
        let root = start.isqrt();
        let most = start.saturating_mul(3).max(LONG);
        let sieved = (root / 16).max(SIEVED_FIRST_MIN);
        let (length, appetite) = match self.appetite {
            Appetite::Small => match tested_max(root).min(TESTED_FIRST_MAX) {
                0 => (sieved, Appetite::Growing(GROWTH * sieved)),
                tested => (tested, Appetite::Growing(sieved)),
            },
            Appetite::Growing(length) => {
                (length.min(most), Appetite::Growing(length.saturating_mul(GROWTH)))
            }
            Appetite::All => (most, Appetite::All),
        };
        self.appetite = appetite;
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
        match Others::of(numbers) {
            Others::None => Self::None,
            Others::Test(numbers) => Self::Tested(numbers),
            Others::Short(numbers) => sieved(short_range::words(&numbers, instructions), None),
            Others::Sieve(numbers) => {
                let plan = Plan::in_order(numbers, machine, 1, &BasePrimes::default());
                let parts = plan.parts;
                sieved(Words::default(), Some((WindowSieve::new(plan), parts)))
            }
        }
    }

    /// Appends the next primes, perhaps none; false at the end.
    fn find_more(&mut self, buffer: &mut Vec<u64>) -> bool {
        match self {
            Self::None => false,
            Self::Tested(numbers) => {
                let found = numbers.find(|&n| is_prime(n));
                buffer.extend(found);
                found.is_some()
            }
            Self::Sieved(sieved) => sieved.find_more(buffer),
        }
    }
}

impl Sieved {
    /// Appends the next primes, perhaps none; false at the end.
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
        self.appetite = Appetite::All;
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
