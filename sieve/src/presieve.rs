//! Pre-sieving: the smallest primes strike so often that whole vectors of their strikes are
//! combined, instead of one bit after another.
//!
//! In a line, the multiples of p repeat after p bits, so also after p bytes: a *pattern* of p bytes
//! holds all that p will ever do. Two or three primes share a pattern as long as their product. A
//! block of the line is the bitwise AND of a block out of each pattern; the patterns stream out of
//! the second-level cache, a block of each at a time, and the line's block stays in registers.
//!
//! Source: pre-sieving by patterns is primesieve's (K. Walisch), as is pairing small primes with
//! large ones.

use std::{iter, sync::LazyLock};

use crate::wheel::{RESIDUES_30, Wheel};

/// How many bytes of a line are made at a time: eight vectors of 32 bytes, held in registers.
pub(crate) const BLOCK_BYTES: usize = 256;

/// The largest prime that has a pattern.
pub(crate) const PRESIEVED_MAX: u32 = 223;

/// The primes that share a pattern on every wheel. Products stay below 2¹⁶, so that all patterns
/// together take less than half a megabyte.
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

/// So many primes share a pattern: all that may, but for Miri, which takes minutes to make long ones.
const SHARING_MAX: usize = if cfg!(miri) { 1 } else { 4 };

/// The smallest primes that a wheel leaves share one more, by the wheel's modulus.
const SHARED_ON_WHEEL: [(u32, &[u32]); 3] =
    [(30, &[7, 11, 13, 17]), (210, &[11, 13, 17]), (2310, &[13, 17])];

/// The strikes of one or more primes, as bytes that begin with a strike of each at bit 0.
struct Pattern {
    /// Its period in bytes: the product of its primes.
    period: u32,
    /// One period, and a block more, so that a block can begin anywhere in the period.
    bytes: Vec<u8>,
}

/// Patterns for lines: a bit for each index.
static LINE_PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| Pattern::all(strike_line));

/// The one more for lines of each wheel.
static WHEEL_PATTERNS: LazyLock<[Pattern; 3]> =
    LazyLock::new(|| SHARED_ON_WHEEL.map(|(_, primes)| Pattern::new(primes, strike_line)));

/// Patterns for bytes that stand for 30 numbers each: a bit for each residue.
static BYTE_PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| Pattern::all(strike_bytes));

/// The one more for bytes, which are of the wheel of 30.
static BYTE_PATTERN: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(SHARED_ON_WHEEL[0].1, strike_bytes));

impl Pattern {
    fn all(strike: fn(&mut [u8], u32)) -> Vec<Self> {
        let groups = SHARED.iter().flat_map(|primes| primes.chunks(SHARING_MAX));
        groups.map(|primes| Self::new(primes, strike)).collect()
    }

    fn of_wheel(modulus: u32) -> &'static Self {
        let mut moduli = SHARED_ON_WHEEL.iter().map(|(modulus, _)| *modulus);
        let index = moduli.position(|other| other == modulus);
        &WHEEL_PATTERNS[index.expect("each wheel to have a pattern")]
    }

    fn new(primes: &[u32], strike: fn(&mut [u8], u32)) -> Self {
        let period: u32 = primes.iter().product();
        let mut bytes = vec![0xff; period as usize + BLOCK_BYTES];
        for &prime in primes {
            // Some periods of the prime are struck bit by bit, and the others like them.
            let mut single = vec![0xff; BLOCK_BYTES.next_multiple_of(prime as usize)];
            strike(&mut single, prime);
            for piece in bytes.chunks_mut(single.len()) {
                piece.iter_mut().zip(&single).for_each(|(byte, single)| *byte &= single);
            }
        }
        Self { period, bytes }
    }
}

fn strike_line(bytes: &mut [u8], prime: u32) {
    for strike in (0..bytes.len() * 8).step_by(prime as usize) {
        bytes[strike / 8] &= !(1 << (strike % 8));
    }
}

fn strike_bytes(bytes: &mut [u8], prime: u32) {
    for cofactor in RESIDUES_30 {
        let multiple = prime * cofactor;
        let bit = RESIDUES_30.iter().position(|&residue| residue == multiple % 30);
        let bit = bit.expect("a product of two residues is one");
        for byte in bytes[(multiple / 30) as usize..].iter_mut().step_by(prime as usize) {
            *byte &= !(1 << bit);
        }
    }
}

/// Where a line reads its patterns.
#[derive(Clone)]
struct Cursor {
    pattern: &'static Pattern,
    /// The byte of the pattern that the line's first byte takes.
    line_offset: u32,
    /// How that changes from a residue to the next odd number.
    odd_step: u32,
    /// The byte of the pattern that comes next.
    offset: u32,
    /// A block's length modulo the period.
    block_step: u32,
}

/// Makes the bytes of one line after another, in which the primes to [`PRESIEVED_MAX`] have struck.
#[derive(Clone)]
pub(crate) struct PreSieve {
    cursors: Vec<Cursor>,
}

impl PreSieve {
    /// For bytes that stand for 30 numbers each, from the byte `first` on.
    pub(crate) fn of_bytes(first: u64) -> Self {
        let patterns = iter::once(&*BYTE_PATTERN).chain(&*BYTE_PATTERNS);
        Self { cursors: patterns.map(|pattern| Cursor::at(pattern, first)).collect() }
    }

    /// For the lines of a wheel from the index `first` on, beginning with that of a residue.
    pub(crate) fn of_lines(wheel: &Wheel, first: u64, residue: u32) -> Self {
        let patterns = iter::once(Pattern::of_wheel(wheel.modulus)).chain(&*LINE_PATTERNS);
        let cursor = |pattern| Cursor::on_line(pattern, wheel, first, residue);
        Self { cursors: patterns.map(cursor).collect() }
    }

    /// Goes to the next line, whose residue is twice `half_gap` above.
    pub(crate) fn begin_line(&mut self, half_gap: u32) {
        for cursor in &mut self.cursors {
            for _ in 0..half_gap {
                cursor.line_offset =
                    wrapping_step(cursor.line_offset, cursor.odd_step, cursor.pattern.period);
            }
            cursor.offset = cursor.line_offset;
        }
    }

    /// Makes the next bytes of the line: whole blocks.
    #[inline(always)]
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        let (blocks, rest) = bytes.as_chunks_mut::<BLOCK_BYTES>();
        debug_assert!(rest.is_empty(), "a line is made in whole blocks");
        for block in blocks {
            let mut vectors = [[u64::MAX; 4]; BLOCK_BYTES / 32];
            for cursor in &mut self.cursors {
                cursor.strike(&mut vectors);
            }
            for (place, word) in block.as_chunks_mut::<8>().0.iter_mut().zip(vectors.as_flattened())
            {
                *place = word.to_le_bytes();
            }
        }
    }
}

impl Cursor {
    /// At a byte from where the pattern's own first byte belongs.
    fn at(pattern: &'static Pattern, byte: u64) -> Self {
        let offset = (byte % u64::from(pattern.period)) as u32;
        let block_step = BLOCK_BYTES as u32 % pattern.period;
        Self { pattern, line_offset: offset, odd_step: 0, offset, block_step }
    }

    /// On the line of a residue, from the index `first` on.
    fn on_line(pattern: &'static Pattern, wheel: &Wheel, first: u64, residue: u32) -> Self {
        let period = pattern.period;
        let inverse = u64::from(wheel.inverse_modulo(period));
        let modulo = |n: u64| n % u64::from(period);
        // Strikes are where modulus·k ≡ -residue, that is, at k ≡ -residue·inverse; and the pattern's
        // byte o is bit 8·o, so that a line that starts at k = 8·o reads on from it.
        let eighth = u64::from(inverse_of_8(period));
        let from_strike = modulo(modulo(first) + u64::from(residue) * inverse);
        let line_offset = modulo(from_strike * eighth);
        let odd_step = modulo(modulo(2 * inverse) * eighth);
        let narrow = |n: u64| u32::try_from(n).expect("a remainder of 32 bits");
        Self {
            pattern,
            line_offset: narrow(line_offset),
            odd_step: narrow(odd_step),
            offset: 0,
            block_step: BLOCK_BYTES as u32 % period,
        }
    }

    #[inline(always)]
    fn strike(&mut self, vectors: &mut [[u64; 4]; BLOCK_BYTES / 32]) {
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

/// The x with 8·x ≡ 1, modulo an odd number.
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
