//! Windows: a range is sieved in pieces whose lines fit the caches, each on its own.
//!
//! A window needs nothing from the one before, so that threads can share them out.

use std::ops::Range;

use crate::{cross_off::OVERSHOOT_BYTES, machine::Caches, presieve::BLOCK_BYTES, wheel::Wheel};

/// A window holds fewer numbers, so that none of the primes that strike in it is in it.
const WINDOW_NUMBERS_MAX: u64 = 1 << 33;

/// The part of every line that is sieved at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// The index of the first bit.
    pub(crate) first: u64,
    /// How many chunks a line has; a chunk fits the first-level cache.
    pub(crate) chunks: usize,
    /// How long each of them is: whole blocks.
    pub(crate) chunk_bytes: usize,
}

impl Window {
    pub(crate) fn line_bytes(&self) -> usize {
        self.chunks * self.chunk_bytes
    }

    /// How long a buffer for a line must be: some strikes fall behind it.
    pub(crate) fn buffer_bytes(&self) -> usize {
        self.line_bytes() + OVERSHOOT_BYTES
    }

    pub(crate) fn bits(&self) -> u64 {
        8 * self.line_bytes() as u64
    }

    /// How many numbers the lines of the wheel of 30 stand for.
    pub(crate) fn numbers(&self) -> u64 {
        30 * self.bits()
    }

    /// The end of its numbers, itself left out.
    pub(crate) fn end(&self, wheel: &Wheel) -> u64 {
        (self.first + self.bits()).saturating_mul(u64::from(wheel.modulus))
    }

    /// The bits of the line of a residue that stand for numbers of a range.
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

/// The windows of a range: alike, and as few as fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Windows {
    first: Window,
    count: u64,
}

impl Windows {
    /// Cuts a range that is not empty into windows with lines of `line_bytes` at most, and at least
    /// `at_least` windows if they are not too short for that.
    pub(crate) fn new(
        numbers: &Range<u64>,
        wheel: &Wheel,
        caches: Caches,
        line_bytes: usize,
        at_least: usize,
    ) -> Self {
        let modulus = u64::from(wheel.modulus);
        let first = numbers.start / modulus;
        let all_bytes = (numbers.end.div_ceil(modulus) - first).div_ceil(8);
        let line_bytes = line_bytes_of(wheel, line_bytes);
        let chunk_max = caches.chunk_bytes().min(line_bytes);
        let enough = (at_least as u64).min(all_bytes.div_ceil(chunk_max as u64 / 4));
        let count = all_bytes.div_ceil(line_bytes as u64).max(enough);
        let line_bytes = all_bytes.div_ceil(count) as usize;
        let chunks = line_bytes.div_ceil(chunk_max);
        let chunk_bytes = line_bytes.div_ceil(chunks).next_multiple_of(BLOCK_BYTES);
        let first = Window { first, chunks, chunk_bytes };
        Self { first, count: all_bytes.div_ceil(first.line_bytes() as u64) }
    }

    /// So many numbers fit a single window with lines of `line_bytes` at most, wherever they begin.
    pub(crate) fn numbers_max(wheel: &Wheel, line_bytes: usize) -> u64 {
        // The first byte of a line may begin, and the last one may end, outside of the numbers.
        let whole_bytes = line_bytes_of(wheel, line_bytes) as u64 - 2;
        8 * u64::from(wheel.modulus) * whole_bytes
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// One of them, by its number.
    pub(crate) fn get(&self, number: u64) -> Window {
        Window { first: self.first.first + number * self.first.bits(), ..self.first }
    }
}

/// The longest line of whole blocks within `line_bytes` whose window does not hold too many numbers.
fn line_bytes_of(wheel: &Wheel, line_bytes: usize) -> usize {
    let most = (WINDOW_NUMBERS_MAX / u64::from(wheel.modulus) / 8) as usize;
    line_bytes.min(most) / BLOCK_BYTES * BLOCK_BYTES
}
