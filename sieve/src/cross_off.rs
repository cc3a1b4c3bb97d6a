//! Crossing off: primes strike the bits of a line, one chunk of it at a time, so that the chunk stays
//! in the first-level cache.
//!
//! What this costs is the strikes themselves, about a cycle each, and a mispredicted branch, about
//! fifteen, wherever a loop ends at an unforeseen place. So no loop here does: how often a prime
//! strikes depends on the prime alone and not on where its multiples happen to stand, and a last
//! strike that falls behind the chunk is done all the same, and again in the next chunk. It is a
//! multiple either way.
//!
//! - *Frequent* primes strike in eights, see [`eights`].
//! - *Seldom* primes strike singly, see [`singles`].
//! - *Rare* primes, from 2¹⁷ on, strike singly too, but a whole line at once: it has to fit the
//!   second-level cache. Only plans that count ask for them; others list the strikes of such
//!   primes, see [`large_primes`](crate::large_primes).

mod eights;
mod singles;

use self::{eights::Eights, singles::Runs};
use crate::{
    presieve::PRESIEVED_MAX,
    prime_table::{SMALL_END, SMALL_PRIMES},
    segment::Window,
    wheel::Wheel,
};

/// How many bytes behind a chunk a strike may fall.
pub(crate) const OVERSHOOT_BYTES: usize = (SMALL_END / 8 + 2 * eights::PRIMES_END) as usize;

/// How many bytes behind a chunk a strike may fall that is not repeated: so far ahead must the line
/// be pre-sieved.
pub(crate) const LOOKAHEAD_BYTES: usize = eights::PRIMES_END as usize + 8;

/// The primes that strike, and where they stand in the line of a window.
pub(crate) struct Crossing {
    wheel: &'static Wheel,
    /// The frequent ones, the seldom ones, the rare ones; ascending.
    primes: Vec<u32>,
    /// The inverse of the wheel's modulus for each.
    inverses: Vec<u32>,
    /// How the first strike moves from a residue to the next odd number.
    odd_steps: Vec<u32>,
    /// The index of each prime's first strike in the line: less than the prime.
    first_strikes: Vec<u32>,
    frequent: Eights,
    /// Of the primes, how many are frequent.
    frequent_count: usize,
    /// How many are frequent or seldom.
    chunk_count: usize,
    seldom: Runs,
    /// Added to `first_strikes`, modulo the prime: a seldom prime's first strike in the chunk it
    /// begins with.
    leads: Vec<u32>,
    /// The seldom primes' next strikes, counted from the chunk that is next.
    next_strikes: Vec<u32>,
    /// How many of the seldom primes strike in a chunk and all after it: those whose square is in.
    begun: Vec<usize>,
    rare: Runs,
    /// How many of the rare primes have their square before the end of the window.
    rare_begun: usize,
    chunk_bytes: usize,
    line_bytes: usize,
}

impl Crossing {
    /// The primes to the root of `end` for windows like this one, before they stand anywhere.
    ///
    /// `rare` are those from 2¹⁷ on, or none.
    pub(crate) fn new(wheel: &'static Wheel, end: u64, window: &Window, rare: &[u32]) -> Self {
        let root = end.isqrt().min(u64::from(SMALL_END)) as u32;
        let skipped = SMALL_PRIMES.partition_point(|&prime| prime <= PRESIEVED_MAX);
        let end = SMALL_PRIMES.partition_point(|&prime| prime <= root).max(skipped);
        let in_chunks = &SMALL_PRIMES[skipped..end];
        let primes = [in_chunks, rare].concat();
        let frequent_count = in_chunks.partition_point(|&prime| prime < eights::PRIMES_END);
        let (frequent, seldom) = in_chunks.split_at(frequent_count);
        let inverses: Vec<u32> = primes.iter().map(|&prime| wheel.inverse_modulo(prime)).collect();
        let twice = |(&inverse, &prime)| subtract_modulo(inverse, prime - inverse, prime);
        Self {
            wheel,
            odd_steps: inverses.iter().zip(&primes).map(twice).collect(),
            first_strikes: vec![0; primes.len()],
            frequent: Eights::new(frequent, window.chunk_bytes),
            frequent_count,
            chunk_count: in_chunks.len(),
            seldom: Runs::new(seldom, window.chunk_bytes),
            leads: vec![0; seldom.len()],
            next_strikes: vec![0; seldom.len()],
            begun: Vec::new(),
            rare: Runs::new(rare, window.line_bytes()),
            rare_begun: 0,
            chunk_bytes: window.chunk_bytes,
            line_bytes: window.line_bytes(),
            primes,
            inverses,
        }
    }

    /// Goes to the line of a residue of a window.
    pub(crate) fn begin_window(&mut self, window: &Window, residue: u32) {
        debug_assert_eq!(window.chunk_bytes, self.chunk_bytes, "windows of a plan are alike");
        let primes = self.primes.iter().zip(&self.inverses);
        for (first_strike, (&prime, &inverse)) in self.first_strikes.iter_mut().zip(primes) {
            // modulus·index ≡ -residue, counted from the window's first index
            let from_zero = prime - residue_times(inverse, residue, prime);
            let start = (window.first % u64::from(prime)) as u32;
            *first_strike = subtract_modulo(from_zero, start, prime);
        }
        self.find_beginnings(window);
    }

    /// A seldom prime begins in the chunk that its square is in, and a rare one in the window.
    fn find_beginnings(&mut self, window: &Window) {
        let modulus = u64::from(self.wheel.modulus);
        let seldom = &self.primes[self.frequent_count..self.chunk_count];
        let rare = &self.primes[self.chunk_count..];
        let bits = 8 * self.chunk_bytes as u64;
        let squares_before = |end: u64| move |&prime: &u32| u64::from(prime).pow(2) < end;
        self.begun.clear();
        let mut begun = 0;
        for chunk in 0..window.chunks as u64 {
            let end = (window.first + (chunk + 1) * bits).saturating_mul(modulus);
            let now = begun + seldom[begun..].partition_point(squares_before(end));
            for (lead, &prime) in self.leads[begun..now].iter_mut().zip(&seldom[begun..now]) {
                *lead = subtract_modulo(0, (chunk * bits % u64::from(prime)) as u32, prime);
            }
            begun = now;
            self.begun.push(begun);
        }
        self.rare_begun = rare.partition_point(squares_before(window.end(self.wheel)));
    }

    /// Goes to the next line, whose residue is twice `half_gap` above.
    #[inline(always)]
    pub(crate) fn begin_line(&mut self, half_gap: u32) {
        for _ in 0..half_gap {
            let steps = self.odd_steps.iter().zip(&self.primes);
            for (first_strike, (&step, &prime)) in self.first_strikes.iter_mut().zip(steps) {
                *first_strike = subtract_modulo(*first_strike, step, prime);
            }
        }
        let (frequent, others) = self.first_strikes.split_at(self.frequent_count);
        let (frequent_primes, other_primes) = self.primes.split_at(self.frequent_count);
        self.frequent.begin_line(frequent_primes, frequent);
        let places = self.next_strikes.iter_mut().zip(&self.leads);
        for ((next_strike, &lead), (&strike, &prime)) in places.zip(others.iter().zip(other_primes))
        {
            *next_strike = subtract_modulo(strike, prime - lead, prime);
        }
    }

    /// Strikes a chunk of the line. The line goes on for [`OVERSHOOT_BYTES`] at least.
    #[inline(always)]
    pub(crate) fn cross_chunk(&mut self, line: &mut [u8], chunk: usize) {
        let (start, end) = (chunk * self.chunk_bytes, (chunk + 1) * self.chunk_bytes);
        assert!(line.len() >= end + OVERSHOOT_BYTES, "a line to have room for overshoot");
        self.frequent.cross(line, end);
        let begun = self.begun[chunk];
        let seldom = &self.primes[self.frequent_count..][..begun];
        self.seldom.cross_chunk(&mut line[start..], seldom, &mut self.next_strikes[..begun]);
    }

    /// Strikes the whole line with the rare primes.
    #[inline(always)]
    pub(crate) fn cross_line(&mut self, line: &mut [u8]) {
        assert!(
            line.len() >= self.line_bytes + OVERSHOOT_BYTES,
            "a line to have room for overshoot"
        );
        let rare = self.chunk_count..self.chunk_count + self.rare_begun;
        self.rare.cross_line(line, &self.primes[rare.clone()], &self.first_strikes[rare]);
    }
}

/// A residue times an inverse modulo a prime; most lines begin with the residue 1.
#[inline(always)]
fn residue_times(inverse: u32, residue: u32, prime: u32) -> u32 {
    if residue == 1 {
        return inverse;
    }
    (u64::from(residue) * u64::from(inverse) % u64::from(prime)) as u32
}

/// a - b modulo n, of numbers below n (b may be n itself).
#[inline(always)]
fn subtract_modulo(a: u32, b: u32, n: u32) -> u32 {
    let difference = a.wrapping_sub(b);
    // One of the two is below n, and the other wraps around to far above: n is below 2³¹.
    difference.min(difference.wrapping_add(n))
}
