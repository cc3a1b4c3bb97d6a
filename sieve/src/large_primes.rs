//! Large sieving primes that are not listed: their multiples are sorted into buckets before a segment is
//! sieved.
//!
//! A large prime has few multiples in a residue class of a segment, or none. Visiting it for each class
//! would take longer than crossing off. So each prime is visited once in a segment, and its multiples
//! are put into a bucket for each residue class. When the class has been sieved with the other primes,
//! the multiples of its bucket are crossed off, while the array is still in the second-level cache.
//!
//! Nothing is carried over to the next segment, so threads share nothing but the primes.
//!
//! The primes are stored as they were sieved: as bits, one byte for 30 numbers.
//!
//! Compare the bucket sieve of T. Oliveira e Silva (2002), which primesieve uses. It sorts the primes
//! themselves, by the segment of the next multiple, and so carries each prime from segment to segment.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod buckets;
mod plain;

use alloc::vec::Vec;
use core::ops::Range;

pub(crate) use self::buckets::Buckets;
use self::buckets::Filling;
use crate::{
    instructions::{Available, dispatched},
    logarithm::ln,
    machine::Machine,
    segment::Segment,
    wheel::{RESIDUES_30, WHEEL_30, Wheel},
};

/// The fewest primes to decode at a time, if there are as many.
const BLOCK_PRIMES: usize = 1024;

/// The most bits of a residue class, as a logarithm: the vector path needs 8 bits of a word besides.
const INDEX_BITS: u32 = 24;

/// The most numbers of a segment, so that the distances of multiples do not overflow.
const NUMBERS_MAX: u64 = 1 << 30;

/// The most bytes of a thread's buckets, unless there are more multiples than estimated.
const BUCKET_BYTES_MAX: f64 = 192e6;

/// The most bytes of a residue class in a segment with these large sieving primes.
///
/// An eighth is left for [`Segments`](crate::segment::Segments), which rounds lengths up.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "an estimate, not below zero"
)]
pub(crate) fn array_bytes_max(wheel: &Wheel, primes: &Range<u64>) -> usize {
    let numbers_in_byte = 8 * u64::from(wheel.modulus);
    let addressed = ((NUMBERS_MAX / numbers_in_byte) as usize).min(1 << (INDEX_BITS - 3));
    let multiples_in_byte = 8.0 * wheel.residues.len() as f64 * multiples_in_bit(primes);
    let buckets = BUCKET_BYTES_MAX / (size_of::<u32>() as f64 * multiples_in_byte);
    (addressed / 8 * 7).min(buckets as usize)
}

/// Estimates how many of the primes cross off a bit: the sum of 1/p, which is ln ln b - ln ln a.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn multiples_in_bit(primes: &Range<u64>) -> f64 {
    let log_log = |number: u64| ln(ln(number as f64));
    log_log(primes.end.max(primes.start)) - log_log(primes.start)
}

/// Estimates the multiples of the primes in a residue class of a segment; they are rarely more.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "an estimate, not below zero"
)]
fn expected_multiples(primes: &Range<u64>, segment: &Segment) -> usize {
    (1.02 * multiples_in_bit(primes) * segment.bits() as f64) as usize + 64
}

/// The large sieving primes up to a root, as bits.
#[derive(Debug)]
pub(crate) struct LargePrimes {
    /// The index of bit 0: its number, divided by 30.
    pub(crate) first: u64,
    /// The sieve arrays, one for each residue class.
    pub(crate) arrays: [Vec<u8>; 8],
}

/// Sieving primes of one residue class modulo 30, each divided by 30.
#[derive(Clone, Copy)]
struct SievingPrimes<'p> {
    quotients: &'p [u32],
    /// Their residue modulo 30.
    residue: u32,
}

/// A segment, and its wheel.
#[derive(Clone, Copy)]
struct Place<'s> {
    segment: &'s Segment,
    wheel: &'static Wheel,
}

impl LargePrimes {
    /// Puts the multiples of these primes in a segment into the buckets.
    pub(crate) fn fill(
        &self,
        buckets: &mut Buckets,
        primes: &Range<u64>,
        segment: &Segment,
        wheel: &'static Wheel,
        machine: Machine,
    ) {
        debug_assert!(segment.bits() <= 1 << INDEX_BITS, "a residue has the bits above");
        debug_assert!(
            Place { segment, wheel }.numbers() <= NUMBERS_MAX,
            "distances would overflow"
        );
        let Machine { instructions, huge_pages, .. } = machine;
        let expected = expected_multiples(primes, segment);
        buckets.fill(wheel.residues.len(), expected, huge_pages, |filling| {
            self.each_block(primes, instructions, |sieving_primes| {
                fill_buckets(instructions, sieving_primes, Place { segment, wheel }, filling);
            });
        });
    }

    /// Decodes the primes of a range, block by block.
    fn each_block(
        &self,
        primes: &Range<u64>,
        instructions: Available,
        mut take: impl FnMut(SievingPrimes<'_>),
    ) {
        let whole = Segment { first: self.first, chunks: 1, chunk_bytes: self.arrays[0].len() };
        let mut quotients = Vec::with_capacity(BLOCK_PRIMES + WORD_ROOM);
        for (array, residue) in self.arrays.iter().zip(RESIDUES_30) {
            let mut bits = whole.bits_of(primes, &WHEEL_30, residue);
            while !bits.is_empty() {
                quotients.clear();
                let base = self.first as u32;
                bits.start =
                    append_set_bits(instructions, array, bits.clone(), base, &mut quotients);
                take(SievingPrimes { quotients: &quotients, residue });
            }
        }
    }
}

dispatched! {
    /// Appends the positions of set bits, each with `base` added, until the list is long enough.
    ///
    /// Returns where to go on: at the end, or at the start of a word.
    fn append_set_bits(array: &[u8], bits: Range<usize>, base: u32, list: &mut Vec<u32>) -> usize
        = append_each_set_bit
}

/// The number of bits of a word that are decoded at a time, to avoid a branch for each bit.
const DECODED: usize = 8;

/// The room that the bits of a word may need.
const WORD_ROOM: usize = 64 + DECODED;

#[inline(always)]
#[expect(unsafe_code, reason = "a check for each bit would cost as much as its decoding")]
fn append_each_set_bit(array: &[u8], bits: Range<usize>, base: u32, list: &mut Vec<u32>) -> usize {
    let words = array.as_chunks::<8>().0;
    let (mut at, mut length) = (bits.start, list.len());
    while at < bits.end && length < BLOCK_PRIMES {
        let first = at / 64 * 64;
        let mut word = u64::from_le_bytes(words[at / 64]) & (u64::MAX << (at % 64));
        if first + 64 > bits.end {
            word &= u64::MAX >> (first + 64 - bits.end);
        }
        list.reserve(WORD_ROOM);
        debug_assert!(list.capacity() - length >= WORD_ROOM, "a word needs room");
        let number = base.wrapping_add(first as u32);
        let end = length + word.count_ones() as usize;
        while length < end {
            for place in length..length + DECODED {
                // SAFETY: there is room for all 64 bits of a word and `DECODED` more
                unsafe {
                    *list.as_mut_ptr().add(place) = number.wrapping_add(word.trailing_zeros());
                }
                word &= word.wrapping_sub(1);
            }
            length += DECODED;
        }
        length = end;
        // SAFETY: this many have been written
        unsafe { list.set_len(length) };
        at = first + 64;
    }
    at.min(bits.end)
}

dispatched! {
    fn fill_buckets(sieving_primes: SievingPrimes<'_>, place: Place<'_>, buckets: &mut Filling<'_>)
        { plain => plain::fill, avx2 => avx2::fill, avx512 => avx2::fill }
}

impl SievingPrimes<'_> {
    /// The prime with this quotient.
    fn prime(self, quotient: u32) -> u64 {
        30 * u64::from(quotient) + u64::from(self.residue)
    }
}

impl Place<'_> {
    /// The length of the segment.
    fn numbers(self) -> u64 {
        self.segment.bits() * u64::from(self.wheel.modulus)
    }

    /// The first number of the segment, which 30 divides.
    fn start(self) -> u64 {
        self.segment.first * u64::from(self.wheel.modulus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Instructions, residue_class, wheel::WHEEL_210};

    /// Compares each instruction set with crossing off one multiple after another.
    fn check(segment: Segment, wheel: &'static Wheel, sieving_primes: SievingPrimes<'_>) {
        let place = Place { segment: &segment, wheel };
        let modulus = u64::from(wheel.modulus);
        let classes = wheel.residues.len();
        let mut expected = vec![vec![0xff_u8; segment.array_bytes()]; classes];
        for prime in sieving_primes.quotients.iter().map(|&quotient| sieving_primes.prime(quotient))
        {
            let mut distance = prime - place.start() % prime;
            while distance < place.numbers() {
                let residue = (distance % modulus) as u32;
                if let Ok(class) = wheel.residues.binary_search(&residue) {
                    residue_class::clear(&mut expected[class], (distance / modulus) as u32);
                }
                distance += prime;
            }
        }
        for instructions in Instructions::ALL.into_iter().filter_map(Available::new) {
            for room in [0, 100] {
                let mut arrays = vec![vec![0xff_u8; segment.array_bytes()]; classes];
                let mut buckets = Buckets::default();
                buckets.fill(classes, room, false, |filling| {
                    fill_buckets(instructions, sieving_primes, place, filling);
                });
                for (class, array) in arrays.iter_mut().enumerate() {
                    buckets.cross_off(class, array);
                }
                let residue = sieving_primes.residue;
                assert!(
                    arrays == expected,
                    "{residue} mod 30 in {segment:?} of {modulus} by {instructions:?}, room {room}"
                );
            }
        }
    }

    #[test]
    fn near_and_far_primes_cross_off_their_multiples() {
        for wheel in [&*WHEEL_30, &*WHEEL_210] {
            for first in [0, 1 << 20, 333_333_333, (1 << 52) + 12_345] {
                let segment = Segment { first, chunks: 3, chunk_bytes: 1024 };
                let numbers = Place { segment: &segment, wheel }.numbers();
                // All are at least 2¹⁷. Those in the middle have several multiples in a residue class.
                let middle = [8, 4, 1].map(|part| (numbers / part).max(1 << 17));
                for from in [1 << 17].into_iter().chain(middle).chain([3 << 28, 1 << 31]) {
                    for residue in RESIDUES_30 {
                        // 36 numbers, prime or not
                        let first = (from / 30) as u32 - if from > 1 << 18 { 18 } else { 0 };
                        let coprime =
                            |&quotient: &u32| !(30 * quotient + residue).is_multiple_of(7);
                        let quotients: Vec<u32> = (first..first + 36).filter(coprime).collect();
                        check(segment, wheel, SievingPrimes { quotients: &quotients, residue });
                    }
                }
            }
        }
    }
}
