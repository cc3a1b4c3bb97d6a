//! The sieve for short ranges of about a million numbers, in one array of bytes.
//!
//! Setting up eight residue classes would take longer than sieving such a range. So a byte stands
//! for 30 numbers, with one bit for each wheel residue.
//!
//! A multiple of p that the wheel does not skip is p times a *cofactor* coprime to 30. Eight
//! consecutive cofactors span 30·p numbers, that is, p bytes. The bits to clear depend on p modulo
//! 30, and on the first cofactor modulo 30. That makes 64 cases, each with its own loop and
//! constant masks.
//!
//! Source: the layout and the 64 cases are those of `EratSmall` in primesieve (K. Walisch). Its
//! loops end where the array ends; ours end after eight multiples.

use alloc::{vec, vec::Vec};
use core::ops::Range;

use crate::{
    decode::{WORD_NUMBERS, Words},
    instructions::{Available, dispatched},
    presieve::{BLOCK_BYTES, PRESIEVED_MAX, PreSieve},
    prime_table::PRIME_TABLE,
    wheel::{RESIDUE_FROM, RESIDUES_30},
};

/// The most numbers of a short range.
const NUMBERS_MAX: u64 = 3 << 19;

/// The largest root of a short range.
const ROOT_MAX: u64 = u16::MAX as u64;

/// A sieving prime and the position of its next eight multiples.
#[derive(Clone, Copy)]
struct SievingPrime {
    /// The byte of the first multiple.
    byte: u32,
    /// The prime, divided by 30.
    quotient: u32,
}

/// Whether a range is short; it must not be empty.
pub(crate) fn is_short(numbers: &Range<u64>) -> bool {
    numbers.end - numbers.start <= NUMBERS_MAX && (numbers.end - 1).isqrt() <= ROOT_MAX
}

/// Sieves a short range into words.
pub(crate) fn words(numbers: &Range<u64>, instructions: Available) -> Words {
    let root = (numbers.end - 1).isqrt() as u32;
    let skipped = PRIME_TABLE.partition_point(|&prime| prime <= PRESIEVED_MAX);
    let primes = PRIME_TABLE.partition_point(|&prime| prime <= root).max(skipped);
    let primes = &PRIME_TABLE[skipped..primes];
    let first = numbers.start / WORD_NUMBERS;
    let count = (numbers.end.div_ceil(WORD_NUMBERS) - first) as usize;
    let end = (8 * count).next_multiple_of(BLOCK_BYTES);
    let mut words = vec![[0; 8]; (end + root as usize).div_ceil(8)];
    sieve(instructions, words.as_flattened_mut(), 8 * first as u32, end, primes);
    words.truncate(count);
    Words::new(words, first * WORD_NUMBERS, numbers)
}

dispatched! {
    /// Sieves bytes from the number 30·`first` on, up to the byte `end`.
    ///
    /// The array must have room for the largest prime, in bytes, after `end`.
    fn sieve(bytes: &mut [u8], first: u32, end: usize, primes: &[u32]) = sieve_bytes
}

#[inline(always)]
fn sieve_bytes(bytes: &mut [u8], first: u32, end: usize, primes: &[u32]) {
    PreSieve::of_bytes(first.into()).fill(&mut bytes[..end]);
    let room = primes.last().map_or(0, |&prime| prime as usize);
    assert!(bytes.len() >= end + room, "the array needs room after its end");
    cross_off(bytes, &Cases::new(primes, first), end);
}

/// The sieving primes, sorted by case.
struct Cases {
    sieving_primes: Vec<SievingPrime>,
    /// For each case, its exclusive end.
    ends: [usize; 64],
}

impl Cases {
    /// Sorts the primes, for bytes from `first` on.
    #[inline(always)]
    fn new(primes: &[u32], first: u32) -> Self {
        // A separate loop computes the divisions, so that it uses vector instructions.
        let cofactors = primes.iter().map(|&prime| first_cofactor(prime, first));
        let cofactors: Vec<u32> = cofactors.collect();
        let places = primes.iter().zip(cofactors);
        let places = places.map(|(&prime, cofactor)| case_of(prime, cofactor, first));
        let places: Vec<(u8, SievingPrime)> = places.collect();
        let mut ends = [0; 64];
        for (case, _) in &places {
            ends[usize::from(*case)] += 1;
        }
        let mut begin = 0;
        for end in &mut ends {
            begin += core::mem::replace(end, begin);
        }
        let mut sieving_primes = vec![SievingPrime { byte: 0, quotient: 0 }; places.len()];
        for (case, sieving_prime) in places {
            let end = &mut ends[usize::from(case)];
            sieving_primes[*end] = sieving_prime;
            *end += 1;
        }
        Self { sieving_primes, ends }
    }

    #[inline(always)]
    fn get(&self, case: usize) -> &[SievingPrime] {
        let begin = if case == 0 { 0 } else { self.ends[case - 1] };
        &self.sieving_primes[begin..self.ends[case]]
    }
}

/// The smallest cofactor whose multiple is to be crossed off, from the byte `first` on.
///
/// It is not below the prime, because smaller primes cross off smaller multiples.
#[inline(always)]
#[cfg_attr(
    feature = "std",
    expect(clippy::cast_sign_loss, reason = "a quotient of numbers that are not below zero")
)]
fn first_cofactor(prime: u32, first: u32) -> u32 {
    // The numbers are below 2³², and the prime is below 2¹⁶. So rounding never moves a quotient
    // across a whole number.
    #[cfg(feature = "std")]
    let cofactor = (f64::from(30 * first) / f64::from(prime)).ceil() as u32;
    // `core` cannot round up.
    #[cfg(not(feature = "std"))]
    let cofactor = (30 * first).div_ceil(prime);
    cofactor.max(prime)
}

/// Returns a prime's case, and the position of its first multiples from a cofactor on.
#[inline(always)]
fn case_of(prime: u32, cofactor: u32, first: u32) -> (u8, SievingPrime) {
    let from = RESIDUE_FROM[(cofactor % 30) as usize];
    let cofactor = cofactor / 30 * 30 + RESIDUES_30[usize::from(from)];
    let byte = (u64::from(prime) * u64::from(cofactor) / 30) as u32 - first;
    let class = RESIDUE_FROM[(prime % 30) as usize];
    (8 * class + from, SievingPrime { byte, quotient: prime / 30 })
}

#[inline(always)]
fn cross_off(bytes: &mut [u8], cases: &Cases, end: usize) {
    macro_rules! cases {
        ($($class:literal)*) => { $(cases!(@ $class: 0 1 2 3 4 5 6 7);)* };
        (@ $class:literal: $($from:literal)*) => {
            $(cross_off_case::<$class, $from>(bytes, cases.get(8 * $class + $from), end);)*
        };
    }
    cases!(0 1 2 3 4 5 6 7);
}

/// Crosses off the multiples of the primes of one case: their residue class and their cofactors'.
#[inline(always)]
fn cross_off_case<const PRIME_CLASS: usize, const COFACTOR_CLASS: usize>(
    bytes: &mut [u8],
    sieving_primes: &[SievingPrime],
    end: usize,
) {
    let offsets = const { multiple_offsets(PRIME_CLASS, COFACTOR_CLASS) };
    for sieving_prime in sieving_primes {
        let quotient = sieving_prime.quotient as usize;
        let prime = 30 * quotient + RESIDUES_30[PRIME_CLASS] as usize;
        let mut byte = sieving_prime.byte as usize;
        while byte < end {
            for offset in offsets {
                clear(bytes, byte + quotient * offset.quotients + offset.bytes, offset.bit);
            }
            byte += prime;
        }
    }
}

/// The position of one of eight multiples, relative to the byte of the first one.
#[derive(Clone, Copy)]
struct MultipleOffset {
    /// The distance in thirtieths of the prime, rounded down: in quotients.
    quotients: usize,
    /// The additional distance in bytes.
    bytes: usize,
    /// The bit.
    bit: usize,
}

/// Returns the positions of eight multiples of a prime, by the classes of prime and first cofactor.
const fn multiple_offsets(class: usize, from: usize) -> [MultipleOffset; 8] {
    let residue = RESIDUES_30[class] as usize;
    let first = RESIDUES_30[from] as usize;
    let mut offsets = [MultipleOffset { quotients: 0, bytes: 0, bit: 0 }; 8];
    let mut index = 0;
    while index < 8 {
        let cofactor = RESIDUES_30[(from + index) % 8] as usize + (from + index) / 8 * 30;
        offsets[index] = MultipleOffset {
            quotients: cofactor - first,
            bytes: residue * cofactor / 30 - residue * first / 30,
            bit: RESIDUE_FROM[residue * cofactor % 30] as usize,
        };
        index += 1;
    }
    offsets
}

/// Clears a bit.
#[inline(always)]
#[expect(unsafe_code, reason = "a check would cost as much as crossing off")]
fn clear(bytes: &mut [u8], byte: usize, bit: usize) {
    debug_assert!(byte < bytes.len(), "byte {byte} of {}", bytes.len());
    // SAFETY: eight multiples begin before the `end` of `sieve_bytes`. They span fewer bytes than
    // the prime, and `sieve_bytes` has asserted that there is room for that.
    unsafe { *bytes.get_unchecked_mut(byte) &= !(1 << bit) }
}
