//! Crossing off: sieving primes clear the bits of their multiples, one chunk at a time.
//!
//! A chunk fits the first-level cache. Crossing off a multiple takes about one cycle. A
//! mispredicted branch takes about fifteen cycles, and loops whose end is hard to predict cause
//! them. So the number of steps of these loops depends only on the prime, not on the positions of
//! its multiples. A last multiple after the end of the chunk is crossed off, too, and once more in
//! the next chunk.
//!
//! - *Small* sieving primes cross off eight multiples at a time, see [`eights`].
//! - *Medium* sieving primes cross off single multiples, see [`singles`].
//! - *Listed* sieving primes are large, from 2¹⁷ up to the plan's `listed_end`. They cross off single
//!   multiples, too, but in a whole residue class at once, which has to fit the second-level cache.
//!   The multiples of larger primes are sorted into buckets, see
//!   [`large_primes`](crate::large_primes).

mod eights;
mod singles;

use alloc::{vec, vec::Vec};

use self::{eights::SmallPrimes, singles::Runs};
use crate::{
    instructions::Available,
    presieve::PRESIEVED_MAX,
    prime_table::{PRIME_TABLE, TABLE_END},
    segment::Segment,
    wheel::Wheel,
};

/// How many bytes after the end of a chunk a multiple may be crossed off.
pub(crate) const OVERSHOOT_BYTES: usize = (TABLE_END / 8 + 2 * eights::PRIMES_END) as usize;

/// How many bytes after the end of a chunk a small prime may cross off.
///
/// The array must be pre-sieved that far ahead, because these multiples are not crossed off again.
pub(crate) const LOOKAHEAD_BYTES: usize = eights::PRIMES_END as usize + 8;

/// The sieving primes of a segment, and their first multiples in a residue class.
pub(crate) struct CrossOff {
    wheel: &'static Wheel,
    /// The small ones, the medium ones and the listed ones, in ascending order.
    primes: Vec<u32>,
    /// For each prime, the inverse of the wheel's modulus.
    inverses: Vec<u32>,
    /// The change of the first multiple from a residue to the next odd number.
    odd_steps: Vec<u32>,
    /// The index of each prime's first multiple in the residue class: less than the prime.
    first_multiples: Vec<u32>,
    small: SmallPrimes,
    /// The number of small sieving primes.
    small_count: usize,
    /// The number of small and medium sieving primes.
    small_and_medium_count: usize,
    medium: Runs,
    /// For each medium prime, an addend for its first multiple, modulo the prime.
    ///
    /// The sum is its first multiple in the chunk in which the prime becomes active.
    start_addends: Vec<u32>,
    /// The next multiples of the medium primes, counted from the start of the next chunk.
    next_multiples: Vec<u32>,
    /// For each chunk, the number of active medium primes: those with a square before its end.
    active: Vec<usize>,
    listed: Runs,
    /// The number of active listed primes: those with a square before the end of the segment.
    listed_active: usize,
    chunk_bytes: usize,
    array_bytes: usize,
}

impl CrossOff {
    /// Prepares the sieving primes up to the root of `end`, for segments like this one.
    ///
    /// `listed` are the large sieving primes below the plan's `listed_end`.
    pub(crate) fn new(
        wheel: &'static Wheel,
        end: u64,
        segment: &Segment,
        listed: &[u32],
        instructions: Available,
    ) -> Self {
        let root = end.isqrt().min(u64::from(TABLE_END)) as u32;
        let skipped = PRIME_TABLE.partition_point(|&prime| prime <= PRESIEVED_MAX);
        let end = PRIME_TABLE.partition_point(|&prime| prime <= root).max(skipped);
        let in_chunks = &PRIME_TABLE[skipped..end];
        let primes = [in_chunks, listed].concat();
        let small_count =
            in_chunks.partition_point(|&prime| prime < eights::primes_end(instructions));
        let (small, medium) = in_chunks.split_at(small_count);
        let inverses: Vec<u32> = primes.iter().map(|&prime| wheel.inverse_modulo(prime)).collect();
        let twice = |(&inverse, &prime)| subtract_modulo(inverse, prime - inverse, prime);
        Self {
            wheel,
            odd_steps: inverses.iter().zip(&primes).map(twice).collect(),
            first_multiples: vec![0; primes.len()],
            small: SmallPrimes::new(small, segment.chunk_bytes),
            small_count,
            small_and_medium_count: in_chunks.len(),
            medium: Runs::new(medium, segment.chunk_bytes),
            start_addends: vec![0; medium.len()],
            next_multiples: vec![0; medium.len()],
            active: Vec::new(),
            listed: Runs::new(listed, segment.array_bytes()),
            listed_active: 0,
            chunk_bytes: segment.chunk_bytes,
            array_bytes: segment.array_bytes(),
            primes,
            inverses,
        }
    }

    /// Moves on to a residue class of a segment.
    pub(crate) fn begin_segment(&mut self, segment: &Segment, residue: u32) {
        debug_assert_eq!(segment.chunk_bytes, self.chunk_bytes, "all segments of a plan are alike");
        let primes = self.primes.iter().zip(&self.inverses);
        for (first_multiple, (&prime, &inverse)) in self.first_multiples.iter_mut().zip(primes) {
            // modulus·index ≡ -residue, counted from the segment's first index
            let from_zero = prime - residue_times(inverse, residue, prime);
            let start = (segment.first % u64::from(prime)) as u32;
            *first_multiple = subtract_modulo(from_zero, start, prime);
        }
        self.find_active_primes(segment);
    }

    /// Finds the active primes of each chunk, and of the segment: those with a square before its end.
    fn find_active_primes(&mut self, segment: &Segment) {
        let modulus = u64::from(self.wheel.modulus);
        let medium = &self.primes[self.small_count..self.small_and_medium_count];
        let listed = &self.primes[self.small_and_medium_count..];
        let bits = 8 * self.chunk_bytes as u64;
        let squares_before = |end: u64| move |&prime: &u32| u64::from(prime).pow(2) < end;
        self.active.clear();
        let mut active = 0;
        for chunk in 0..segment.chunks as u64 {
            let end = (segment.first + (chunk + 1) * bits).saturating_mul(modulus);
            let now = active + medium[active..].partition_point(squares_before(end));
            for (addend, &prime) in
                self.start_addends[active..now].iter_mut().zip(&medium[active..now])
            {
                *addend = subtract_modulo(0, (chunk * bits % u64::from(prime)) as u32, prime);
            }
            active = now;
            self.active.push(active);
        }
        self.listed_active = listed.partition_point(squares_before(segment.end(self.wheel)));
    }

    /// Moves on to the next residue class, whose residue is larger by twice `half_gap`.
    #[inline(always)]
    pub(crate) fn begin_class(&mut self, half_gap: u32) {
        for _ in 0..half_gap {
            let steps = self.odd_steps.iter().zip(&self.primes);
            for (first_multiple, (&step, &prime)) in self.first_multiples.iter_mut().zip(steps) {
                *first_multiple = subtract_modulo(*first_multiple, step, prime);
            }
        }
        let (small, others) = self.first_multiples.split_at(self.small_count);
        let (small_primes, other_primes) = self.primes.split_at(self.small_count);
        self.small.begin_class(small_primes, small);
        let places = self.next_multiples.iter_mut().zip(&self.start_addends);
        for ((next_multiple, &addend), (&multiple, &prime)) in
            places.zip(others.iter().zip(other_primes))
        {
            *next_multiple = subtract_modulo(multiple, prime - addend, prime);
        }
    }

    /// Crosses off in a chunk.
    ///
    /// The array must have at least [`OVERSHOOT_BYTES`] after the chunk.
    #[inline(always)]
    pub(crate) fn cross_off_chunk(&mut self, array: &mut [u8], chunk: usize) {
        let (start, end) = (chunk * self.chunk_bytes, (chunk + 1) * self.chunk_bytes);
        assert!(array.len() >= end + OVERSHOOT_BYTES, "the array needs room after its end");
        self.small.cross_off(array, end);
        let active = self.active[chunk];
        let medium = &self.primes[self.small_count..][..active];
        self.medium.cross_off_chunk(
            &mut array[start..],
            medium,
            &mut self.next_multiples[..active],
        );
    }

    /// Crosses off the multiples of the listed primes in the whole residue class.
    #[inline(always)]
    pub(crate) fn cross_off_class(&mut self, array: &mut [u8]) {
        assert!(
            array.len() >= self.array_bytes + OVERSHOOT_BYTES,
            "the array needs room after its end"
        );
        let listed = self.small_and_medium_count..self.small_and_medium_count + self.listed_active;
        self.listed.cross_off_class(
            array,
            &self.primes[listed.clone()],
            &self.first_multiples[listed],
        );
    }
}

/// Multiplies a residue by an inverse modulo a prime; the residue is 1 in most calls.
#[inline(always)]
fn residue_times(inverse: u32, residue: u32, prime: u32) -> u32 {
    if residue == 1 {
        return inverse;
    }
    (u64::from(residue) * u64::from(inverse) % u64::from(prime)) as u32
}

/// Computes a - b modulo n, for a < n and b ≤ n.
#[inline(always)]
pub(crate) fn subtract_modulo(a: u32, b: u32, n: u32) -> u32 {
    let difference = a.wrapping_sub(b);
    // One of the two is below n. The other one wraps around to a larger number, as n is below 2³¹.
    difference.min(difference.wrapping_add(n))
}
