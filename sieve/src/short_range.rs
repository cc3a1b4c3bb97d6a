//! Short ranges, of a million numbers or so: to set up eight lines for them would cost more than to
//! sieve them. So their numbers stand in one array, a byte for 30 of them, a bit for each of the
//! eight residues that can hold primes.
//!
//! The multiples of p that are not struck anyway are p times a *cofactor* without a divisor of 30.
//! Eight cofactors in a row stand for 30·p numbers, p bytes, and which bits of which bytes they
//! strike depends on p modulo 30 and on the first of them: 64 cases, each a loop whose masks are
//! constants.
//!
//! Source: the layout and the 64 cases are those of primesieve's `EratSmall` (K. Walisch); its
//! strikes end where the array does, ours where eight of them do.

use std::ops::Range;

use crate::{
    decode::{WORD_NUMBERS, Words},
    instructions::{Available, dispatched},
    presieve::{BLOCK_BYTES, PRESIEVED_MAX, PreSieve},
    prime_table::SMALL_PRIMES,
    wheel::{RESIDUE_FROM, RESIDUES_30},
};

/// Longer ranges are sieved in lines.
const NUMBERS_MAX: u64 = 3 << 19;

/// So are those where larger primes strike.
const ROOT_MAX: u64 = u16::MAX as u64;

/// A prime, at its next eight strikes.
#[derive(Clone, Copy)]
struct Eight {
    /// The byte where the first of them is.
    at: u32,
    /// The prime, divided by 30.
    quotient: u32,
}

/// Whether a range, which is not empty, is a short one.
pub(crate) fn is_short(numbers: &Range<u64>) -> bool {
    numbers.end - numbers.start <= NUMBERS_MAX && (numbers.end - 1).isqrt() <= ROOT_MAX
}

/// The primes of a short range, as words.
pub(crate) fn words(numbers: &Range<u64>, instructions: Available) -> Words {
    let root = (numbers.end - 1).isqrt() as u32;
    let skipped = SMALL_PRIMES.partition_point(|&prime| prime <= PRESIEVED_MAX);
    let primes = SMALL_PRIMES.partition_point(|&prime| prime <= root).max(skipped);
    let primes = &SMALL_PRIMES[skipped..primes];
    let first = numbers.start / WORD_NUMBERS;
    let count = (numbers.end.div_ceil(WORD_NUMBERS) - first) as usize;
    let end = (8 * count).next_multiple_of(BLOCK_BYTES);
    let mut words = vec![[0; 8]; (end + root as usize).div_ceil(8)];
    sieve(instructions, words.as_flattened_mut(), 8 * first as u32, end, primes);
    words.truncate(count);
    Words::new(words, first * WORD_NUMBERS, numbers)
}

dispatched! {
    /// Sieves bytes that begin with the number 30·`first`, up to the byte `end`. Behind it there has
    /// to be room for strikes, as many bytes as the largest prime.
    fn sieve(bytes: &mut [u8], first: u32, end: usize, primes: &[u32]) = sieve_bytes
}

#[inline(always)]
fn sieve_bytes(bytes: &mut [u8], first: u32, end: usize, primes: &[u32]) {
    PreSieve::of_bytes(first.into()).fill(&mut bytes[..end]);
    let room = primes.last().map_or(0, |&prime| prime as usize);
    assert!(bytes.len() >= end + room, "an array to have room for strikes behind it");
    cross(bytes, &Cases::new(primes, first), end);
}

/// The primes by their cases.
struct Cases {
    eights: Vec<Eight>,
    /// Where each case ends, and the next one begins.
    ends: [usize; 64],
}

impl Cases {
    /// For bytes from `first` on.
    #[inline(always)]
    fn new(primes: &[u32], first: u32) -> Self {
        // The divisions are in a loop of their own, so that vector instructions do them.
        let cofactors = primes.iter().map(|&prime| first_cofactor(prime, first));
        let cofactors: Vec<u32> = cofactors.collect();
        let places = primes.iter().zip(cofactors);
        let places = places.map(|(&prime, cofactor)| first_eight(prime, cofactor, first));
        let places: Vec<(u8, Eight)> = places.collect();
        let mut ends = [0; 64];
        for (case, _) in &places {
            ends[usize::from(*case)] += 1;
        }
        let mut begin = 0;
        for end in &mut ends {
            begin += std::mem::replace(end, begin);
        }
        let mut eights = vec![Eight { at: 0, quotient: 0 }; places.len()];
        for (case, eight) in places {
            let end = &mut ends[usize::from(case)];
            eights[*end] = eight;
            *end += 1;
        }
        Self { eights, ends }
    }

    #[inline(always)]
    fn get(&self, case: usize) -> &[Eight] {
        let begin = if case == 0 { 0 } else { self.ends[case - 1] };
        &self.eights[begin..self.ends[case]]
    }
}

/// The smallest cofactor whose multiple is at the byte `first` or behind it, and not below the prime:
/// its square is the first multiple that is not struck by a smaller prime.
#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "a quotient of numbers that are not below zero")]
fn first_cofactor(prime: u32, first: u32) -> u32 {
    // The numbers are below 2³² and the prime is below 2¹⁶, so that the quotient, if it is not
    // whole, is further from the next whole number than it can be rounded.
    ((f64::from(30 * first) / f64::from(prime)).ceil() as u32).max(prime)
}

/// A prime's case, and its first eight strikes from a cofactor on.
#[inline(always)]
fn first_eight(prime: u32, cofactor: u32, first: u32) -> (u8, Eight) {
    let from = RESIDUE_FROM[(cofactor % 30) as usize];
    let cofactor = cofactor / 30 * 30 + RESIDUES_30[usize::from(from)];
    let at = (u64::from(prime) * u64::from(cofactor) / 30) as u32 - first;
    let class = RESIDUE_FROM[(prime % 30) as usize];
    (8 * class + from, Eight { at, quotient: prime / 30 })
}

#[inline(always)]
fn cross(bytes: &mut [u8], cases: &Cases, end: usize) {
    macro_rules! cases {
        ($($class:literal)*) => { $(cases!(@ $class: 0 1 2 3 4 5 6 7);)* };
        (@ $class:literal: $($from:literal)*) => {
            $(cross_case::<$class, $from>(bytes, cases.get(8 * $class + $from), end);)*
        };
    }
    cases!(0 1 2 3 4 5 6 7);
}

/// Strikes with the primes of a class by 30, whose first cofactors are of the class `FROM`.
#[inline(always)]
fn cross_case<const CLASS: usize, const FROM: usize>(
    bytes: &mut [u8],
    eights: &[Eight],
    end: usize,
) {
    let strikes = const { strikes(CLASS, FROM) };
    for eight in eights {
        let quotient = eight.quotient as usize;
        let prime = 30 * quotient + RESIDUES_30[CLASS] as usize;
        let mut at = eight.at as usize;
        while at < end {
            for strike in strikes {
                clear(bytes, at + quotient * strike.quotients + strike.bytes, strike.bit);
            }
            at += prime;
        }
    }
}

/// One of eight strikes: where it is, counted from the first one's byte.
#[derive(Clone, Copy)]
struct Strike {
    /// How many quotients further, that is, thirtieths of the prime.
    quotients: usize,
    /// How many bytes further.
    bytes: usize,
    /// At which bit.
    bit: usize,
}

/// The eight strikes of a prime that is in a class by 30, from a cofactor of a class on.
const fn strikes(class: usize, from: usize) -> [Strike; 8] {
    let residue = RESIDUES_30[class] as usize;
    let first = RESIDUES_30[from] as usize;
    let mut strikes = [Strike { quotients: 0, bytes: 0, bit: 0 }; 8];
    let mut index = 0;
    while index < 8 {
        let cofactor = RESIDUES_30[(from + index) % 8] as usize + (from + index) / 8 * 30;
        strikes[index] = Strike {
            quotients: cofactor - first,
            bytes: residue * cofactor / 30 - residue * first / 30,
            bit: RESIDUE_FROM[residue * cofactor % 30] as usize,
        };
        index += 1;
    }
    strikes
}

/// Clears a bit.
#[inline(always)]
#[expect(unsafe_code, reason = "a check would cost as much as the strike")]
fn clear(bytes: &mut [u8], byte: usize, bit: usize) {
    debug_assert!(byte < bytes.len(), "byte {byte} of {}", bytes.len());
    // SAFETY: eight strikes begin before the end that `sieve_bytes` was given, and span less than
    // the prime's bytes. It has asserted that there is room for that.
    unsafe { *bytes.get_unchecked_mut(byte) &= !(1 << bit) }
}
