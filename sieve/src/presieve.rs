//! The pre-sieve: crosses off the multiples of the smallest primes by whole vectors.
//!
//! In a residue class, the multiples of p repeat after p bits, and so after p bytes. So a *pattern*
//! of p bytes has all multiples of p. Two or three primes share a pattern, whose length is their
//! product.
//!
//! A block of a sieve array is the bitwise AND of one block from each pattern. The patterns are
//! read from the second-level cache, and the block stays in registers.
//!
//! Source: primesieve by K. Walisch pre-sieves by patterns, and also pairs small primes with large
//! ones.

use alloc::{vec, vec::Vec};
use core::iter;

use crate::lazy_lock::LazyLock;

use crate::wheel::{RESIDUES_30, Wheel};

/// The length of a block: eight vectors of 32 bytes, which fit the registers.
pub(crate) const BLOCK_BYTES: usize = 256;

/// The largest pre-sieved prime.
pub(crate) const PRESIEVED_MAX: u32 = 223;

/// The primes that share a pattern on every wheel.
///
/// Products stay below 2¹⁶, so all patterns together take less than half a megabyte.
const SHARED: &[&[u32]] = &[
    &[19, 23, 137],
    &[29, 31, 67],
    &[37, 41, 43],
    &[47, 223],
    &[53, 211],
    &[59, 199],
    &[61, 197],
    &[71, 193],
    &[73, 191],
    &[79, 181],
    &[83, 179],
    &[89, 173],
    &[97, 167],
    &[101, 163],
    &[103, 157],
    &[107, 151],
    &[109, 149],
    &[113, 139],
    &[127, 131],
];

/// The most primes in a pattern: 4, but 1 for Miri, which needs minutes for long patterns.
const SHARING_MAX: usize = if cfg!(miri) { 1 } else { 4 };

/// For each wheel's modulus: its smallest primes, which share one more pattern.
const SHARED_ON_WHEEL: [(u32, &[u32]); 3] =
    [(30, &[7, 11, 13, 17]), (210, &[11, 13, 17]), (2310, &[13, 17])];

/// The multiples of one or more primes, as bytes; bit 0 is a multiple of each.
struct Pattern {
    /// The period in bytes: the product of the primes.
    period: u32,
    /// One period and one more block, so that a block can begin anywhere in the period.
    bytes: Vec<u8>,
}

/// The patterns for residue classes: one bit for each index.
static CLASS_PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| Pattern::all(cross_off_in_class));

/// The additional pattern for the residue classes of each wheel.
static WHEEL_PATTERNS: LazyLock<[Pattern; 3]> =
    LazyLock::new(|| SHARED_ON_WHEEL.map(|(_, primes)| Pattern::new(primes, cross_off_in_class)));

/// The patterns for bytes of 30 numbers: one bit for each wheel residue.
static BYTE_PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| Pattern::all(cross_off_in_bytes));

/// The additional pattern for bytes of 30 numbers.
static BYTE_PATTERN: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(SHARED_ON_WHEEL[0].1, cross_off_in_bytes));

impl Pattern {
    fn all(cross_off: fn(&mut [u8], u32)) -> Vec<Self> {
        let groups = SHARED.iter().flat_map(|primes| primes.chunks(SHARING_MAX));
        groups.map(|primes| Self::new(primes, cross_off)).collect()
    }

    fn of_wheel(modulus: u32) -> &'static Self {
        let mut moduli = SHARED_ON_WHEEL.iter().map(|(modulus, _)| *modulus);
        let index = moduli.position(|other| other == modulus);
        &WHEEL_PATTERNS[index.expect("each wheel has a pattern")]
    }

    fn new(primes: &[u32], cross_off: fn(&mut [u8], u32)) -> Self {
        let period: u32 = primes.iter().product();
        let mut bytes = vec![0xff; period as usize + BLOCK_BYTES];
        for &prime in primes {
            // Cross off a few periods of the prime bit by bit, and copy them.
            let mut single = vec![0xff; BLOCK_BYTES.next_multiple_of(prime as usize)];
            cross_off(&mut single, prime);
            for piece in bytes.chunks_mut(single.len()) {
                piece.iter_mut().zip(&single).for_each(|(byte, single)| *byte &= single);
            }
        }
        Self { period, bytes }
    }
}

fn cross_off_in_class(bytes: &mut [u8], prime: u32) {
    for multiple in (0..bytes.len() * 8).step_by(prime as usize) {
        bytes[multiple / 8] &= !(1 << (multiple % 8));
    }
}

fn cross_off_in_bytes(bytes: &mut [u8], prime: u32) {
    for cofactor in RESIDUES_30 {
        let multiple = prime * cofactor;
        let bit = RESIDUES_30.iter().position(|&residue| residue == multiple % 30);
        let bit = bit.expect("the product of two wheel residues has a wheel residue");
        for byte in bytes[(multiple / 30) as usize..].iter_mut().step_by(prime as usize) {
            *byte &= !(1 << bit);
        }
    }
}

/// The position of a residue class in a pattern.
struct Cursor {
    pattern: &'static Pattern,
    /// The byte of the pattern for the first byte of the residue class.
    class_offset: u32,
    /// The change of this byte from a residue to the next odd number.
    odd_step: u32,
    /// The next byte of the pattern.
    offset: u32,
    /// The length of a block modulo the period.
    block_step: u32,
}

/// Fills sieve arrays in which the multiples of primes up to [`PRESIEVED_MAX`] are crossed off.
pub(crate) struct PreSieve {
    cursors: Vec<Cursor>,
}

impl PreSieve {
    /// Pre-sieves bytes of 30 numbers, from the byte `first` on.
    pub(crate) fn of_bytes(first: u64) -> Self {
        let patterns = iter::once(&*BYTE_PATTERN).chain(&*BYTE_PATTERNS);
        Self { cursors: patterns.map(|pattern| Cursor::at(pattern, first)).collect() }
    }

    /// Pre-sieves residue classes of a wheel from the index `first` on, beginning with one residue.
    pub(crate) fn of_classes(wheel: &Wheel, first: u64, residue: u32) -> Self {
        let patterns = iter::once(Pattern::of_wheel(wheel.modulus)).chain(&*CLASS_PATTERNS);
        let cursor = |pattern| Cursor::in_class(pattern, wheel, first, residue);
        Self { cursors: patterns.map(cursor).collect() }
    }

    /// Moves on to the next residue class, whose residue is larger by twice `half_gap`.
    pub(crate) fn begin_class(&mut self, half_gap: u32) {
        for cursor in &mut self.cursors {
            for _ in 0..half_gap {
                cursor.class_offset =
                    wrapping_step(cursor.class_offset, cursor.odd_step, cursor.pattern.period);
            }
            cursor.offset = cursor.class_offset;
        }
    }

    /// Fills the next bytes, which must be whole blocks.
    #[inline(always)]
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        let (blocks, rest) = bytes.as_chunks_mut::<BLOCK_BYTES>();
        debug_assert!(rest.is_empty(), "an array is filled in whole blocks");
        for block in blocks {
            let mut vectors = [[u64::MAX; 4]; BLOCK_BYTES / 32];
            for cursor in &mut self.cursors {
                cursor.and_block(&mut vectors);
            }
            for (place, word) in block.as_chunks_mut::<8>().0.iter_mut().zip(vectors.as_flattened())
            {
                *place = word.to_le_bytes();
            }
        }
    }
}

impl Cursor {
    /// Begins at a byte, counted from the pattern's own first byte.
    fn at(pattern: &'static Pattern, byte: u64) -> Self {
        let offset = (byte % u64::from(pattern.period)) as u32;
        let block_step = BLOCK_BYTES as u32 % pattern.period;
        Self { pattern, class_offset: offset, odd_step: 0, offset, block_step }
    }

    /// Begins in the class of a residue, at the index `first`.
    fn in_class(pattern: &'static Pattern, wheel: &Wheel, first: u64, residue: u32) -> Self {
        let period = pattern.period;
        let inverse = u64::from(wheel.inverse_modulo(period));
        let modulo = |n: u64| n % u64::from(period);
        // Multiples are where modulus·k ≡ -residue, that is, k ≡ -residue·inverse. Byte o of the
        // pattern begins with bit 8·o. So an array that starts 8·o after a multiple reads from byte
        // o on.
        let eighth = u64::from(inverse_of_8(period));
        let from_multiple = modulo(modulo(first) + u64::from(residue) * inverse);
        let class_offset = modulo(from_multiple * eighth);
        let odd_step = modulo(modulo(2 * inverse) * eighth);
        let narrow = |n: u64| u32::try_from(n).expect("a remainder of 32 bits");
        Self {
            pattern,
            class_offset: narrow(class_offset),
            odd_step: narrow(odd_step),
            offset: 0,
            block_step: BLOCK_BYTES as u32 % period,
        }
    }

    #[inline(always)]
    fn and_block(&mut self, vectors: &mut [[u64; 4]; BLOCK_BYTES / 32]) {
        let from = self.offset as usize;
        let bytes = &self.pattern.bytes[from..from + BLOCK_BYTES];
        let words = bytes.as_chunks::<8>().0;
        for (vector, four) in vectors.iter_mut().zip(words.as_chunks::<4>().0) {
            for (word, bytes) in vector.iter_mut().zip(four) {
                *word &= u64::from_le_bytes(*bytes);
            }
        }
        self.offset = wrapping_step(self.offset, self.block_step, self.pattern.period);
    }
}

/// Returns the x with 8·x ≡ 1 modulo an odd number.
fn inverse_of_8(odd: u32) -> u32 {
    let partner =
        (1..8).find(|k| (k * odd + 1).is_multiple_of(8)).expect("an odd number has an inverse");
    (partner * odd + 1) / 8
}

#[inline(always)]
fn wrapping_step(at: u32, step: u32, period: u32) -> u32 {
    let next = at + step;
    if next >= period { next - period } else { next }
}
