//! From bits to numbers: eight lines are turned into words that hold their bits in the order of the
//! numbers, and the words into numbers.
//!
//! A byte of each line stands for eight indices; the same byte of all eight lines is a matrix of
//! 8 × 8 bits. Turned, it is a word whose bits stand for ascending numbers: the remainders of 30,
//! eight times over, 240 numbers. Source of the turn: H. S. Warren, "Hacker's Delight", 7-3.

#[cfg(target_arch = "x86_64")]
mod compress;

use std::ops::Range;

use crate::{
    instructions::{Available, dispatched},
    residue_class,
    segment::Window,
};

/// So many numbers share a word.
pub(crate) const WORD_NUMBERS: u64 = 240;

/// What each bit of a word adds to the word's first number; one more for a word that is empty.
static OFFSETS: [u8; 65] = {
    let residues = [1, 7, 11, 13, 17, 19, 23, 29];
    let mut offsets = [0; 65];
    let mut bit = 0;
    while bit < 64 {
        offsets[bit] = 30 * (bit as u8 / 8) + residues[bit % 8];
        bit += 1;
    }
    offsets
};

/// Primes of a window, as words in order.
#[derive(Debug, Default)]
pub(crate) struct Words {
    words: Vec<[u8; 8]>,
    /// The number from which the first word counts.
    first: u64,
}

/// A number that primes can be listed as.
///
/// It is implemented for `u32` and `u64`, and for no others.
pub trait Number: Copy + Send + sealed::Collect {
    /// The end of what this type can hold, as far as it is sieved.
    #[doc(hidden)]
    const END: u64;

    /// The number, which must not be at `END` or above.
    #[doc(hidden)]
    fn from_u64(number: u64) -> Self;
}

/// What is compiled once for each type, with this crate. A generic function is compiled with the crate
/// that calls it, which may not be optimized.
mod sealed {
    use std::ops::Range;

    use crate::SharedSieve;
    #[cfg(feature = "parallel")]
    use crate::Sieve;

    pub trait Collect: Sized {
        fn collect(sieve: &SharedSieve, numbers: Range<u64>) -> Vec<Self>;

        #[cfg(feature = "parallel")]
        fn par_collect(sieve: Sieve, numbers: Range<u64>) -> Vec<Self>;
    }

    macro_rules! collect {
        ($($number:ty),*) => {$(
            impl Collect for $number {
                fn collect(sieve: &SharedSieve, numbers: Range<u64>) -> Vec<Self> {
                    sieve.collect_from(numbers)
                }

                #[cfg(feature = "parallel")]
                fn par_collect(sieve: Sieve, numbers: Range<u64>) -> Vec<Self> {
                    sieve.par_collect_from(numbers)
                }
            }
        )*};
    }
    collect!(u32, u64);
}

impl Number for u32 {
    const END: u64 = 1 << 32;

    #[inline(always)]
    fn from_u64(number: u64) -> Self {
        number as Self
    }
}

impl Number for u64 {
    const END: u64 = crate::END;

    #[inline(always)]
    fn from_u64(number: u64) -> Self {
        number
    }
}

impl Words {
    /// Words from a first number on, of which those in the range are left.
    pub(crate) fn new(words: Vec<[u8; 8]>, first: u64, numbers: &Range<u64>) -> Self {
        let mut words = Self { words, first };
        words.leave_out(numbers);
        words
    }

    /// Turns a window's lines, and leaves out what is not in the range.
    pub(crate) fn turn(
        &mut self,
        instructions: Available,
        lines: &[Vec<u8>],
        window: &Window,
        numbers: &Range<u64>,
    ) {
        let first = 30 * window.first;
        let start = numbers.start.saturating_sub(first) / WORD_NUMBERS;
        let end = (numbers.end - first).div_ceil(WORD_NUMBERS).min(window.line_bytes() as u64);
        self.first = first + start * WORD_NUMBERS;
        self.words.clear();
        self.words.resize((end - start) as usize, [0; 8]);
        turn_lines(instructions, lines, start as usize, &mut self.words);
        self.leave_out(numbers);
    }

    /// Leaves out what is not in the range, which the first and the last word are not all of.
    fn leave_out(&mut self, numbers: &Range<u64>) {
        let below = |word: usize, limit: u64| {
            let first = self.first + word as u64 * WORD_NUMBERS;
            let below = OFFSETS[..64].iter().filter(|&&offset| first + u64::from(offset) < limit);
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

    /// How many primes there are.
    pub(crate) fn count(&self, instructions: Available) -> u64 {
        let bytes = self.words.as_flattened();
        residue_class::count(instructions, bytes, 0..8 * bytes.len())
    }

    /// The words as one piece.
    pub(crate) fn all(&self) -> Piece<'_> {
        Piece { words: &self.words, first: self.first }
    }

    /// Some of the words; those behind the last one are left out.
    pub(crate) fn piece(&self, words: Range<usize>) -> Piece<'_> {
        let first = self.first + words.start as u64 * WORD_NUMBERS;
        Piece { words: &self.words[words.start..words.end.min(self.words.len())], first }
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }
}

/// Consecutive words, and the number from which the first one counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'w> {
    words: &'w [[u8; 8]],
    first: u64,
}

impl Piece<'_> {
    /// How many numbers there are.
    #[inline(always)]
    fn count(self) -> usize {
        self.words.iter().map(|word| u64::from_le_bytes(*word).count_ones() as usize).sum()
    }
}

dispatched! {
    fn turn_lines(lines: &[Vec<u8>], start: usize, words: &mut [[u8; 8]]) = turn_each
}

dispatched! {
    /// Appends the numbers of a piece.
    pub(crate) fn append<N: Number>(piece: Piece<'_>, list: &mut Vec<N>)
        { plain => append_each, avx2 => append_each, avx512 => compress::append }
}

#[inline(always)]
fn turn_each(lines: &[Vec<u8>], start: usize, words: &mut [[u8; 8]]) {
    let (eights, rest) = words.as_chunks_mut::<8>();
    let mut at = start;
    for eight in eights {
        let mut rows = [[0; 8]; 8];
        for (row, line) in rows.iter_mut().zip(lines) {
            row.copy_from_slice(&line[at..at + 8]);
        }
        for (column, word) in eight.iter_mut().enumerate() {
            *word = turn_square(std::array::from_fn(|row| rows[row][column]));
        }
        at += 8;
    }
    for word in rest {
        *word = turn_square(std::array::from_fn(|row| lines[row][at]));
        at += 1;
    }
}

/// Mirrors 8 × 8 bits about their diagonal, by swapping ever larger squares.
#[inline(always)]
fn turn_square(square: [u8; 8]) -> [u8; 8] {
    let swap = |x: u64, shift: u32, mask: u64| {
        let moved = (x ^ (x >> shift)) & mask;
        x ^ moved ^ (moved << shift)
    };
    let twos = swap(u64::from_le_bytes(square), 7, 0x00aa_00aa_00aa_00aa);
    let fours = swap(twos, 14, 0x0000_cccc_0000_cccc);
    swap(fours, 28, 0x0000_0000_f0f0_f0f0).to_le_bytes()
}

/// Numbers are written four at a time, and what is too many is written over: to stop in time would
/// cost a mispredicted branch for each word.
#[inline(always)]
#[expect(unsafe_code, reason = "to stop at the last number would cost a branch for each word")]
fn append_each<N: Number>(piece: Piece<'_>, list: &mut Vec<N>) {
    let count = piece.count();
    list.reserve(count + 4);
    let mut length = list.len();
    let mut first = piece.first;
    for &word in piece.words {
        let mut bits = u64::from_le_bytes(word);
        let end = length + bits.count_ones() as usize;
        let mut at = length;
        while at < end {
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
        first += WORD_NUMBERS;
    }
    // SAFETY: as many numbers have been written
    unsafe { list.set_len(length) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instructions;

    /// Words of more primes than there ever are, and of fewer.
    const WORDS: [u64; 8] = [u64::MAX, 0, 1, 1 << 63, 0xffff_ffff_ffff_0001, 0x5555, u64::MAX, 0];

    fn check<N: Number + PartialEq + std::fmt::Debug>(first: u64) {
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
        check::<u64>(crate::END / 240 * 240 - 2400);
    }

    #[test]
    fn lines_are_turned_bit_by_bit() {
        let byte = |line: usize, at: usize| (line * 89 + at * at * 57 + at) as u8;
        let lines: Vec<Vec<u8>> =
            (0..8).map(|line| (0..64).map(|at| byte(line, at)).collect()).collect();
        for (start, count) in [(0, 64), (0, 1), (3, 17), (5, 8), (63, 1)] {
            for instructions in Instructions::ALL.into_iter().filter_map(Available::new) {
                let mut words = vec![[0; 8]; count];
                turn_lines(instructions, &lines, start, &mut words);
                for (number, word) in words.iter().enumerate() {
                    for bit in 0..64 {
                        let is_set = word[bit / 8] >> (bit % 8) & 1;
                        let expected = lines[bit % 8][start + number] >> (bit / 8) & 1;
                        assert_eq!(is_set, expected, "bit {bit} of word {number} from {start}");
                    }
                }
            }
        }
    }
}
