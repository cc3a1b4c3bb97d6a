//! The sieve array of one residue class: sieved chunk by chunk, and counted.

use core::ops::Range;

use crate::{
    cross_off::{CrossOff, LOOKAHEAD_BYTES},
    instructions::dispatched,
    presieve::{BLOCK_BYTES, PreSieve},
    segment::Segment,
};

dispatched! {
    /// Sieves the next residue class of a segment with all sieving primes but those in buckets.
    ///
    /// A bit stays set if none of these primes divides its number.
    pub(crate) fn sieve(
        array: &mut [u8],
        half_gap: u32,
        presieve: &mut PreSieve,
        cross_off: &mut CrossOff,
        segment: &Segment,
    ) = sieve_chunks
}

dispatched! {
    /// Counts the bits of a range that are set.
    pub(crate) fn count(array: &[u8], bits: Range<usize>) -> u64 = count_bits
}

#[inline(always)]
fn sieve_chunks(
    array: &mut [u8],
    half_gap: u32,
    presieve: &mut PreSieve,
    cross_off: &mut CrossOff,
    segment: &Segment,
) {
    presieve.begin_class(half_gap);
    cross_off.begin_class(half_gap);
    let mut filled = 0;
    for chunk in 0..segment.chunks {
        let ahead = (chunk + 1) * segment.chunk_bytes + LOOKAHEAD_BYTES;
        let end = ahead.next_multiple_of(BLOCK_BYTES).min(segment.array_bytes());
        presieve.fill(&mut array[filled..end]);
        filled = end;
        cross_off.cross_off_chunk(array, chunk);
    }
    cross_off.cross_off_class(array);
}

#[inline(always)]
fn count_bits(array: &[u8], bits: Range<usize>) -> u64 {
    if bits.is_empty() {
        return 0;
    }
    let words = array.as_chunks::<8>().0;
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
pub(crate) fn clear(array: &mut [u8], bit: u32) {
    let word = &mut array.as_chunks_mut::<8>().0[(bit / 64) as usize];
    *word = (u64::from_le_bytes(*word) & !(1 << (bit % 64))).to_le_bytes();
}
