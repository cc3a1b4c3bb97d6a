//! Decoding: sieved bits become words in the order of the numbers, and words become numbers.
//!
//! A byte of a residue class stands for eight indices. The same byte of all eight classes is a
//! matrix of 8 × 8 bits. The transposed matrix is a word, whose bits stand for ascending numbers. A
//! word covers 240 numbers: eight times the wheel of 30.
//!
//! Source of the transposition: H. S. Warren, "Hacker's Delight", 7-3.

#[cfg(target_arch = "x86_64")]
mod compress;

use alloc::vec::Vec;
use core::ops::Range;

use crate::{
    instructions::{Available, dispatched},
    residue_class,
    segment::Segment,
    wheel::RESIDUES_30,
};

/// The numbers that a word covers.
pub(crate) const WORD_NUMBERS: u64 = 240;

/// For each bit of a word, its distance from the word's first number; one more for an empty word.
static OFFSETS: [u8; 65] = {
    let mut offsets = [0; 65];
    let mut bit = 0;
    while bit < 64 {
        offsets[bit] = 30 * (bit as u8 / 8) + RESIDUES_30[bit % 8] as u8;
        bit += 1;
    }
    offsets
};

/// Primes of a segment, as words in ascending order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    words: Vec<[u8; 8]>,
    /// The first number of the first word.
    first: u64,
}

/// A type that primes are decoded to.
pub trait Decoded: Copy + Send {
    /// Converts a number that the type can hold.
    fn from_u64(number: u64) -> Self;
}

impl Decoded for u32 {
    #[inline(always)]
    fn from_u64(number: u64) -> Self {
        number as Self
    }
}

impl Decoded for u64 {
    #[inline(always)]
    fn from_u64(number: u64) -> Self {
        number
    }
}

impl Words {
    /// Takes words from a first number on, and clears the bits outside the range.
    pub(crate) fn new(words: Vec<[u8; 8]>, first: u64, numbers: &Range<u64>) -> Self {
        let mut words = Self { words, first };
        words.leave_out(numbers);
        words
    }

    /// Transposes the sieve arrays of a segment, and clears the bits outside the range.
    pub(crate) fn transpose(
        &mut self,
        instructions: Available,
        arrays: &[Vec<u8>],
        segment: &Segment,
        numbers: &Range<u64>,
    ) {
        let first = 30 * segment.first;
        let start = numbers.start.saturating_sub(first) / WORD_NUMBERS;
        let end = (numbers.end - first).div_ceil(WORD_NUMBERS).min(segment.array_bytes() as u64);
        self.first = first + start * WORD_NUMBERS;
        self.words.clear();
        self.words.resize((end - start) as usize, [0; 8]);
        transpose_arrays(instructions, arrays, start as usize, &mut self.words);
        self.leave_out(numbers);
    }

    /// Clears the bits of the first and the last word that are outside the range.
    fn leave_out(&mut self, numbers: &Range<u64>) {
        let below = |word: usize, limit: u64| {
            // The last word of all may go beyond 64 bits.
            let distance = limit.saturating_sub(self.first + word as u64 * WORD_NUMBERS);
            let below = OFFSETS[..64].iter().filter(|&&offset| u64::from(offset) < distance);
            1_u64.checked_shl(below.count() as u32).map_or(u64::MAX, |bit| bit - 1)
        };
        let last = self.words.len() - 1;
        let (outside, inside) = (below(0, numbers.start), below(last, numbers.end));
        let keep = |word: &mut [u8; 8], bits: u64| {
            *word = (u64::from_le_bytes(*word) & bits).to_le_bytes();
        };
        keep(&mut self.words[0], !outside);
        keep(&mut self.words[last], inside);
    }

    /// Counts the primes.
    pub(crate) fn count(&self, instructions: Available) -> u64 {
        let bytes = self.words.as_flattened();
        residue_class::count(instructions, bytes, 0..8 * bytes.len())
    }

    /// All words as one piece.
    pub(crate) fn all(&self) -> Piece<'_> {
        Piece { words: &self.words, first: self.first }
    }

    /// Some of the words; a range that is too long ends with the last word.
    pub(crate) fn piece(&self, words: Range<usize>) -> Piece<'_> {
        // After the last word of all, there is no number.
        let first = self.first.wrapping_add(words.start as u64 * WORD_NUMBERS);
        Piece { words: &self.words[words.start..words.end.min(self.words.len())], first }
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }
}

/// Consecutive words, and the first number of the first one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'w> {
    words: &'w [[u8; 8]],
    first: u64,
}

impl<'w> Piece<'w> {
    #[inline(always)]
    pub(crate) fn words(self) -> &'w [[u8; 8]] {
        self.words
    }

    /// Counts the primes.
    #[inline(always)]
    fn count(self) -> usize {
        self.words.iter().map(|word| u64::from_le_bytes(*word).count_ones() as usize).sum()
    }
}

dispatched! {
    fn transpose_arrays(arrays: &[Vec<u8>], start: usize, words: &mut [[u8; 8]]) = transpose_each
}

dispatched! {
    /// Appends the primes of a piece.
    pub(crate) fn append<N: Decoded>(piece: Piece<'_>, list: &mut Vec<N>)
        { plain => append_each, avx2 => append_each, avx512 => compress::append }
}

#[inline(always)]
fn transpose_each(arrays: &[Vec<u8>], start: usize, words: &mut [[u8; 8]]) {
    let (eights, rest) = words.as_chunks_mut::<8>();
    let mut at = start;
    for eight in eights {
        let mut rows = [[0; 8]; 8];
        for (row, array) in rows.iter_mut().zip(arrays) {
            row.copy_from_slice(&array[at..at + 8]);
        }
        for (column, word) in eight.iter_mut().enumerate() {
            *word = transpose_square(core::array::from_fn(|row| rows[row][column]));
        }
        at += 8;
    }
    for word in rest {
        *word = transpose_square(core::array::from_fn(|row| arrays[row][at]));
        at += 1;
    }
}

/// Transposes a matrix of 8 × 8 bits, by swapping larger and larger squares.
#[inline(always)]
fn transpose_square(square: [u8; 8]) -> [u8; 8] {
    let swap = |x: u64, shift: u32, mask: u64| {
        let moved = (x ^ (x >> shift)) & mask;
        x ^ moved ^ (moved << shift)
    };
    let twos = swap(u64::from_le_bytes(square), 7, 0x00aa_00aa_00aa_00aa);
    let fours = swap(twos, 14, 0x0000_cccc_0000_cccc);
    swap(fours, 28, 0x0000_0000_f0f0_f0f0).to_le_bytes()
}

/// Appends primes, four at a time.
///
/// The next word overwrites surplus numbers. Stopping at the last number would cost a mispredicted
/// branch for each word.
#[inline(always)]
#[expect(unsafe_code, reason = "to stop at the last number would cost a branch for each word")]
fn append_each<N: Decoded>(piece: Piece<'_>, list: &mut Vec<N>) {
    let count = piece.count();
    list.reserve(count + 4);
    let mut length = list.len();
    let mut first = piece.first;
    for &word in piece.words {
        let mut bits = u64::from_le_bytes(word);
        let end = length + bits.count_ones() as usize;
        let mut at = length;
        while at < end {
            debug_assert!(at + 4 <= list.capacity(), "room for four numbers");
            for place in at..at + 4 {
                let offset = OFFSETS[bits.trailing_zeros() as usize];
                bits &= bits.wrapping_sub(1);
                // SAFETY: `reserve` has made room for all bits and four more, and `at` is below the
                // number of bits so far
                unsafe {
                    *list.as_mut_ptr().add(place) = N::from_u64(first + u64::from(offset));
                }
            }
            at += 4;
        }
        length = end;
        first = first.wrapping_add(WORD_NUMBERS);
    }
    // SAFETY: this many numbers have been written
    unsafe { list.set_len(length) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instructions;

    /// Words with more primes than real ones have, and words with fewer.
    const WORDS: [u64; 8] = [u64::MAX, 0, 1, 1 << 63, 0xffff_ffff_ffff_0001, 0x5555, u64::MAX, 0];

    fn check<N: Decoded + PartialEq + std::fmt::Debug>(first: u64) {
        let words = WORDS.map(u64::to_le_bytes);
        let numbers = (0..).zip(WORDS).flat_map(|(index, word)| {
            let set = (0..64).filter(move |bit| word >> bit & 1 == 1);
            set.map(move |bit| first + index * WORD_NUMBERS + u64::from(OFFSETS[bit]))
        });
        let expected: Vec<N> = numbers.map(N::from_u64).collect();
        for instructions in Instructions::ALL.into_iter().filter_map(Available::new) {
            let mut list = Vec::<N>::new();
            append(instructions, Piece { words: &words, first }, &mut list);
            assert_eq!(list, expected, "from {first} by {instructions:?}");
        }
    }

    #[test]
    fn every_bit_of_a_word_becomes_its_number() {
        for first in [0, 240, 4_294_960_000 / 240 * 240] {
            check::<u32>(first);
            check::<u64>(first);
        }
        check::<u64>(u64::MAX / 240 * 240 - 7 * 240); // the last word goes beyond 64 bits
    }

    #[test]
    fn nothing_comes_after_the_last_word_of_all() {
        let first = u64::MAX / WORD_NUMBERS * WORD_NUMBERS;
        let words = Words::new(vec![u64::MAX.to_le_bytes()], first, &(first..u64::MAX));
        for (piece, expected) in [(0..1, &[1, 7, 11, 13].map(|n| first + n)[..]), (1..1, &[])] {
            let mut list = Vec::<u64>::new();
            append(Available::best(), words.piece(piece), &mut list);
            assert_eq!(list, expected);
        }
    }

    #[test]
    fn arrays_are_transposed_bit_by_bit() {
        let byte = |array: usize, at: usize| (array * 89 + at * at * 57 + at) as u8;
        let arrays: Vec<Vec<u8>> =
            (0..8).map(|array| (0..64).map(|at| byte(array, at)).collect()).collect();
        for (start, count) in [(0, 64), (0, 1), (3, 17), (5, 8), (63, 1)] {
            for instructions in Instructions::ALL.into_iter().filter_map(Available::new) {
                let mut words = vec![[0; 8]; count];
                transpose_arrays(instructions, &arrays, start, &mut words);
                for (number, word) in words.iter().enumerate() {
                    for bit in 0..64 {
                        let is_set = word[bit / 8] >> (bit % 8) & 1;
                        let expected = arrays[bit % 8][start + number] >> (bit / 8) & 1;
                        assert_eq!(is_set, expected, "bit {bit} of word {number} from {start}");
                    }
                }
            }
        }
    }
}
