//! A piece of an iterator's range, from which primes are taken at both ends.

use alloc::{boxed::Box, vec::Vec};
use core::ops::Range;

use crate::{
    base_primes::BasePrimes,
    decode::{self, Words},
    instructions::Available,
    machine::Machine,
    plan::Plan,
    segment_sieve::SegmentSieve,
    short_range,
    strategy::Strategy,
    strong_test::is_prime,
};

/// Words that are decoded at a time: up to a few thousand primes.
const DECODED_WORDS: usize = 128;

/// How to find the primes of a piece.
pub(super) enum RangePiece {
    None,
    /// Test each number: a sieve's tables would cost more.
    TestEach(Range<u64>),
    Sieved(Box<Sieved>),
}

/// A sieved piece: decoded words at both ends, and segments in between.
pub(super) struct Sieved {
    instructions: Available,
    front: Decoding,
    segments: Option<UnsievedSegments>,
    back: Decoding,
}

/// The segments of a piece that have not been sieved yet.
struct UnsievedSegments {
    sieve: SegmentSieve,
    plan: Plan,
    /// The numbers of the parts.
    remaining: Range<u64>,
}

/// The words of a segment that have not been decoded yet.
#[derive(Clone, Default)]
struct Decoding {
    words: Words,
    remaining: Range<usize>,
}

impl RangePiece {
    pub(super) fn new(numbers: Range<u64>, machine: Machine, base_primes: &BasePrimes) -> Self {
        let instructions = machine.instructions;
        let (words, segments) = match Strategy::of(numbers) {
            Strategy::None => return Self::None,
            Strategy::TestEach(numbers) => return Self::TestEach(numbers),
            Strategy::ShortSieve(numbers) => (short_range::words(&numbers, instructions), None),
            Strategy::SegmentedSieve(numbers) => {
                let plan = Plan::in_order(numbers, machine, 1);
                let remaining = 0..plan.parts.count();
                (Words::default(), Some(UnsievedSegments::new(plan, remaining, base_primes)))
            }
        };
        let front = Decoding { remaining: 0..words.len(), words };
        Self::Sieved(Box::new(Sieved { instructions, front, segments, back: Decoding::default() }))
    }

    /// Clones a piece; the clone prepares a sieve of its own.
    pub(super) fn clone_with(&self, base_primes: &BasePrimes) -> Self {
        match self {
            Self::None => Self::None,
            Self::TestEach(numbers) => Self::TestEach(numbers.clone()),
            Self::Sieved(sieved) => Self::Sieved(Box::new(sieved.clone_with(base_primes))),
        }
    }

    /// Appends the next primes, perhaps none; returns false at the end.
    pub(super) fn find(&mut self, primes: &mut Vec<u64>) -> bool {
        match self {
            Self::None => false,
            Self::TestEach(numbers) => {
                let found = numbers.find(|&n| is_prime(n));
                primes.extend(found);
                found.is_some()
            }
            Self::Sieved(sieved) => sieved.find(primes),
        }
    }

    /// Appends the previous primes, perhaps none; returns false at the end.
    pub(super) fn find_back(&mut self, primes: &mut Vec<u64>) -> bool {
        match self {
            Self::None => false,
            Self::TestEach(numbers) => {
                let found = numbers.rfind(|&n| is_prime(n));
                primes.extend(found);
                found.is_some()
            }
            Self::Sieved(sieved) => sieved.find_back(primes),
        }
    }

    /// The most primes that there can be: one for each odd number, or for each bit of a sieve.
    pub(super) fn primes_max(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::TestEach(numbers) => (numbers.end - numbers.start).div_ceil(2),
            Self::Sieved(sieved) => {
                let decoding = |decoding: &Decoding| 64 * decoding.remaining.len() as u64;
                let segments = |segments: &UnsievedSegments| {
                    let bits = 8 * segments.plan.parts.get(0).segment.bits();
                    (segments.remaining.end - segments.remaining.start) * bits
                };
                let segments = sieved.segments.as_ref().map_or(0, segments);
                decoding(&sieved.front) + segments + decoding(&sieved.back)
            }
        }
    }
}

impl Sieved {
    fn clone_with(&self, base_primes: &BasePrimes) -> Self {
        let segments =
            self.segments.as_ref().map(|UnsievedSegments { plan, remaining, .. }| {
                UnsievedSegments::new(plan.clone(), remaining.clone(), base_primes)
            });
        let (front, back) = (self.front.clone(), self.back.clone());
        Self { instructions: self.instructions, front, segments, back }
    }

    fn find(&mut self, primes: &mut Vec<u64>) -> bool {
        if self.front.remaining.is_empty() {
            let is_sieved = self.segments.as_mut().is_some_and(|segments| {
                let part = segments.remaining.next();
                part.map(|part| segments.sieve_part(part, &mut self.front)).is_some()
            });
            if !is_sieved {
                core::mem::swap(&mut self.front, &mut self.back);
            }
        }
        let Range { start, end } = self.front.remaining;
        let middle = end.min(start + DECODED_WORDS);
        decode::append(self.instructions, self.front.words.piece(start..middle), primes);
        self.front.remaining = middle..end;
        middle > start
    }

    fn find_back(&mut self, primes: &mut Vec<u64>) -> bool {
        if self.back.remaining.is_empty() {
            let is_sieved = self.segments.as_mut().is_some_and(|segments| {
                let part = segments.remaining.next_back();
                part.map(|part| segments.sieve_part(part, &mut self.back)).is_some()
            });
            if !is_sieved {
                core::mem::swap(&mut self.front, &mut self.back);
            }
        }
        let Range { start, end } = self.back.remaining;
        let middle = start.max(end.saturating_sub(DECODED_WORDS));
        decode::append(self.instructions, self.back.words.piece(middle..end), primes);
        self.back.remaining = start..middle;
        end > middle
    }
}

impl UnsievedSegments {
    fn new(plan: Plan, remaining: Range<u64>, base_primes: &BasePrimes) -> Self {
        Self { sieve: base_primes.sieve(&plan), plan, remaining }
    }

    /// Sieves a part, and prepares to decode it.
    fn sieve_part(&mut self, part: u64, decoding: &mut Decoding) {
        self.sieve.words(&self.plan.parts.get(part), &mut decoding.words);
        decoding.remaining = 0..decoding.words.len();
    }
}
