//! Segments: the parts of a range that are sieved one at a time, so that they fit the caches.
//!
//! A segment needs nothing from the segment before, so threads can sieve them in any order.

use core::ops::Range;

use crate::{machine::Caches, presieve::BLOCK_BYTES, wheel::Wheel};

/// The most numbers of a segment, so that it contains none of its sieving primes.
const SEGMENT_NUMBERS_MAX: u64 = 1 << 33;

/// A segment: the same part of every residue class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    /// The index of the first bit in each residue class.
    pub(crate) first: u64,
    /// The number of chunks in each residue class; a chunk fits the first-level cache.
    pub(crate) chunks: usize,
    /// The length of a chunk: a multiple of the pre-sieve's blocks.
    pub(crate) chunk_bytes: usize,
}

impl Segment {
    pub(crate) fn array_bytes(&self) -> usize {
        self.chunks * self.chunk_bytes
    }

    pub(crate) fn bits(&self) -> u64 {
        8 * self.array_bytes() as u64
    }

    /// The exclusive end of the segment.
    pub(crate) fn end(&self, wheel: &Wheel) -> u64 {
        (self.first + self.bits()).saturating_mul(u64::from(wheel.modulus))
    }

    /// The bits of a residue class that stand for numbers of a range.
    pub(crate) fn bits_of(
        &self,
        numbers: &Range<u64>,
        wheel: &Wheel,
        residue: u32,
    ) -> Range<usize> {
        let index = |number: u64| {
            let from_residue = number.saturating_sub(u64::from(residue));
            let index = from_residue.div_ceil(u64::from(wheel.modulus));
            index.saturating_sub(self.first).min(self.bits()) as usize
        };
        index(numbers.start)..index(numbers.end)
    }
}

/// The segments of a range: all of one length, and as few as possible.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segments {
    first: Segment,
    count: u64,
}

impl Segments {
    /// Cuts a range into segments whose residue classes have at most `array_bytes`.
    ///
    /// Their number is a multiple of `multiple_of`, unless they would be too short. The range must not be
    /// empty.
    pub(crate) fn new(
        numbers: &Range<u64>,
        wheel: &Wheel,
        caches: Caches,
        array_bytes: usize,
        multiple_of: usize,
    ) -> Self {
        let modulus = u64::from(wheel.modulus);
        let first = numbers.start / modulus;
        let all_bytes = (numbers.end.div_ceil(modulus) - first).div_ceil(8);
        let array_bytes = array_bytes_of(wheel, array_bytes);
        let chunk_max = caches.chunk_bytes().min(array_bytes);
        let enough = (multiple_of as u64).min(all_bytes.div_ceil(chunk_max as u64 / 4));
        let count = all_bytes.div_ceil(array_bytes as u64).next_multiple_of(enough);
        let array_bytes = all_bytes.div_ceil(count) as usize;
        let chunks = array_bytes.div_ceil(chunk_max);
        let chunk_bytes = array_bytes.div_ceil(chunks).next_multiple_of(BLOCK_BYTES);
        let first = Segment { first, chunks, chunk_bytes };
        Self { first, count: all_bytes.div_ceil(first.array_bytes() as u64) }
    }

    /// The most numbers that always fit one segment, wherever they begin.
    pub(crate) fn numbers_max(wheel: &Wheel, array_bytes: usize) -> u64 {
        // The first and the last byte of a residue class may be only partly inside the range.
        let whole_bytes = array_bytes_of(wheel, array_bytes) as u64 - 2;
        8 * u64::from(wheel.modulus) * whole_bytes
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Returns a segment by its number.
    pub(crate) fn get(&self, number: u64) -> Segment {
        Segment { first: self.first.first + number * self.first.bits(), ..self.first }
    }
}

/// The longest array of whole blocks within `array_bytes` that keeps the segment below its limit.
fn array_bytes_of(wheel: &Wheel, array_bytes: usize) -> usize {
    let most = (SEGMENT_NUMBERS_MAX / u64::from(wheel.modulus) / 8) as usize;
    array_bytes.min(most) / BLOCK_BYTES * BLOCK_BYTES
}
