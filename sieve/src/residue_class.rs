//! A line: its bytes, sieved chunk by chunk, and what can be read from its bits.

use std::ops::Range;

use crate::{
    cross_off::{Crossing, LOOKAHEAD_BYTES},
    instructions::dispatched,
    presieve::{BLOCK_BYTES, PreSieve},
    segment::Window,
};

dispatched! {
    /// Sieves the next line of a window with all primes but the large ones: a bit stays set where a
    /// number has no divisor among them.
    pub(crate) fn sieve(
        line: &mut [u8],
        half_gap: u32,
        presieve: &mut PreSieve,
        crossing: &mut Crossing,
        window: &Window,
    ) = sieve_chunks
}

dispatched! {
    /// How many bits of a range are set.
    pub(crate) fn count(line: &[u8], bits: Range<usize>) -> u64 = count_bits
}

#[inline(always)]
fn sieve_chunks(
    line: &mut [u8],
    half_gap: u32,
    presieve: &mut PreSieve,
    crossing: &mut Crossing,
    window: &Window,
) {
    presieve.begin_line(half_gap);
    crossing.begin_line(half_gap);
    let mut filled = 0;
    for chunk in 0..window.chunks {
        let ahead = (chunk + 1) * window.chunk_bytes + LOOKAHEAD_BYTES;
        let end = ahead.next_multiple_of(BLOCK_BYTES).min(window.line_bytes());
        presieve.fill(&mut line[filled..end]);
        filled = end;
        crossing.cross_chunk(line, chunk);
    }
    crossing.cross_line(line);
}

#[inline(always)]
fn count_bits(line: &[u8], bits: Range<usize>) -> u64 {
    if bits.is_empty() {
        return 0;
    }
    let words = line.as_chunks::<8>().0;
    let ones = |word: &[u8; 8]| u64::from(u64::from_le_bytes(*word).count_ones());
    let (first, last) = (bits.start / 64, (bits.end - 1) / 64);
    let all: u64 = words[first..=last].iter().map(ones).sum();
    let before = u64::from_le_bytes(words[first]) & ((1 << (bits.start % 64)) - 1);
    let after =
        u64::from_le_bytes(words[last]) & (u64::MAX - 1).wrapping_shl((bits.end - 1) as u32);
    all - u64::from(before.count_ones()) - u64::from(after.count_ones())
}

/// Clears a bit.
#[inline(always)]
pub(crate) fn clear(line: &mut [u8], bit: u32) {
    let word = &mut line.as_chunks_mut::<8>().0[(bit / 64) as usize];
    *word = (u64::from_le_bytes(*word) & !(1 << (bit % 64))).to_le_bytes();
}
