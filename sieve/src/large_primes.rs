//! Large sieving primes, from 2¹⁷ on, whose multiples are sorted into buckets.
//!
//! A large prime has few multiples in a residue class of a segment, or none. Visiting it for each
//! chunk would take longer than crossing off. So each prime is visited once in a segment, and its
//! multiples are put into a bucket for each residue class.
//!
//! The arithmetic is the same for all primes p = 30·P + ρ of one residue ρ. A multiple of p is
//! p·(30·t + u) for some residue u. Its own residue is r = ρ·u mod 30. Its index is
//! p·t + P·u + (ρ·u - r)/30. So the first index in a segment is a product, a sum and a difference
//! modulo p. The difference is with the segment's own first index. Vector instructions compute it
//! for eight primes at once. Nothing is carried over to the next segment, so threads share nothing
//! but the primes.
//!
//! A prime that is larger than the segment has at most one multiple in it. The distance from the
//! segment's start, which is divisible by 30, gives its residue class and index.
//!
//! The primes are stored as they were sieved: as bits, one byte for 30 numbers.
//!
//! Compare the bucket sieve of T. Oliveira e Silva (2002), which primesieve uses. It sorts the
//! primes themselves, by the segment of the next multiple, and so carries each prime from segment
//! to segment.

#[cfg(target_arch = "x86_64")]
mod avx2;

use std::ops::Range;

use crate::{
    instructions::{Available, dispatched},
    prime_table::TABLE_END,
    residue_class,
    segment::Segment,
    wheel::{RESIDUE_FROM, RESIDUES_30, WHEEL_30},
};

/// Primes that are visited before full buckets are emptied.
const BLOCK_PRIMES: usize = 1024;

/// The large sieving primes up to a root, as bits.
#[derive(Debug)]
pub(crate) struct LargePrimes {
    /// The index of bit 0: its number, divided by 30.
    pub(crate) first: u64,
    /// The sieve arrays, one for each residue class.
    pub(crate) arrays: [Vec<u8>; 8],
}

/// The multiples in a full bucket: several for each cache line of a residue class.
const BUCKET_MULTIPLES: usize = 32 << 10;

/// The multiples of large sieving primes that are still to be crossed off.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    /// The bits to clear, in a bucket for each residue class.
    by_class: [Vec<u32>; 8],
    /// The multiples of primes larger than the segment, as distances from the segment's start.
    distances: Vec<u32>,
}

/// Sieving primes of one residue class modulo 30, each divided by 30.
#[derive(Clone, Copy)]
struct SievingPrimes<'p> {
    quotients: &'p [u32],
    /// The index of their residue in `RESIDUES_30`.
    residue_index: usize,
}

impl LargePrimes {
    /// Crosses off the multiples of the primes up to `root` in a segment.
    pub(crate) fn cross_off(
        &self,
        root: u64,
        segment: &Segment,
        arrays: &mut [Vec<u8>],
        buckets: &mut Buckets,
        instructions: Available,
    ) {
        let numbers = u64::from(TABLE_END)..root + 1;
        let whole = Segment { first: self.first, chunks: 1, chunk_bytes: self.arrays[0].len() };
        let mut quotients = [0; BLOCK_PRIMES];
        for (residue_index, primes) in self.arrays.iter().enumerate() {
            let mut bits =
                set_bits(primes, whole.bits_of(&numbers, &WHEEL_30, RESIDUES_30[residue_index]));
            loop {
                let mut length = 0;
                for (quotient, bit) in quotients.iter_mut().zip(&mut bits) {
                    *quotient = (self.first + bit as u64) as u32;
                    length += 1;
                }
                let sieving_primes =
                    SievingPrimes { quotients: &quotients[..length], residue_index };
                fill_buckets(instructions, sieving_primes, segment, buckets);
                buckets.cross_off(arrays, BUCKET_MULTIPLES);
                if length < BLOCK_PRIMES {
                    break;
                }
            }
        }
        buckets.cross_off(arrays, 0);
    }
}

impl Buckets {
    /// Crosses off the multiples of each bucket that has more than this many, and empties it.
    fn cross_off(&mut self, arrays: &mut [Vec<u8>], more_than: usize) {
        for (bucket, array) in self.by_class.iter_mut().zip(&mut *arrays) {
            if bucket.len() > more_than {
                for &bit in &*bucket {
                    residue_class::clear(array, bit);
                }
                bucket.clear();
            }
        }
        if self.distances.len() > more_than {
            for &distance in &self.distances {
                let residue = distance % 30;
                let index = usize::from(RESIDUE_FROM[residue as usize]);
                if RESIDUES_30[index] == residue {
                    residue_class::clear(&mut arrays[index], distance / 30);
                }
            }
            self.distances.clear();
        }
    }
}

/// Iterates over the set bits of a range, in ascending order.
fn set_bits(array: &[u8], bits: Range<usize>) -> impl Iterator<Item = usize> {
    let words = &array.as_chunks::<8>().0[bits.start / 64..bits.end.div_ceil(64)];
    let start = bits.start / 64 * 64;
    words.iter().enumerate().flat_map(move |(index, word)| {
        let base = start + 64 * index;
        let mut word = u64::from_le_bytes(*word);
        if base < bits.start {
            word &= u64::MAX << (bits.start - base);
        }
        if base + 64 > bits.end {
            word &= u64::MAX >> (base + 64 - bits.end);
        }
        std::iter::from_fn(move || {
            let bit = word.trailing_zeros();
            (word != 0).then(|| {
                word &= word - 1;
                base + bit as usize
            })
        })
    })
}

dispatched! {
    fn fill_buckets(sieving_primes: SievingPrimes<'_>, segment: &Segment, buckets: &mut Buckets)
        { plain => fill_each, avx2 => avx2::fill, avx512 => avx2::fill }
}

impl SievingPrimes<'_> {
    /// The prime with this quotient.
    fn prime(self, quotient: u32) -> u64 {
        30 * u64::from(quotient) + u64::from(RESIDUES_30[self.residue_index])
    }

    /// Splits the primes into those that are smaller than the segment, and those that are not.
    fn split_at_segment_length(self, segment: &Segment) -> [Self; 2] {
        let smaller = |&quotient: &u32| self.prime(quotient) < segment.numbers();
        let (smaller, larger) = self.quotients.split_at(self.quotients.partition_point(smaller));
        [smaller, larger].map(|quotients| SievingPrimes { quotients, ..self })
    }
}

/// Returns where the primes of a residue class have multiples with a cofactor: (class, addend).
///
/// The first multiple from index 0 on is at quotient · cofactor + addend.
fn class_and_addend(residue_index: usize, cofactor: u32) -> (usize, u32) {
    let product = RESIDUES_30[residue_index] * cofactor;
    let class = RESIDUES_30.iter().position(|&r| r == product % 30);
    (class.expect("the product of two wheel residues has a wheel residue"), product / 30)
}

fn fill_each(sieving_primes: SievingPrimes<'_>, segment: &Segment, buckets: &mut Buckets) {
    let [smaller, larger] = sieving_primes.split_at_segment_length(segment);
    let bits = segment.bits();
    let places = RESIDUES_30
        .map(|cofactor| (cofactor, class_and_addend(sieving_primes.residue_index, cofactor)));
    for &quotient in smaller.quotients {
        let prime = sieving_primes.prime(quotient);
        let start = segment.first % prime;
        for (cofactor, (class, addend)) in places {
            let from_zero = u64::from(quotient) * u64::from(cofactor) + u64::from(addend);
            let mut at =
                if from_zero >= start { from_zero - start } else { from_zero + prime - start };
            while at < bits {
                buckets.by_class[class].push(at as u32);
                at += prime;
            }
        }
    }
    let distances = larger.quotients.iter().map(|&quotient| {
        let prime = sieving_primes.prime(quotient);
        // The segment's first number need not be crossed off, because 30 divides it.
        prime - 30 * segment.first % prime
    });
    let inside = distances.filter(|&distance| distance < segment.numbers());
    buckets.distances.extend(inside.map(|distance| distance as u32));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instructions;

    /// Compares each instruction set with crossing off one multiple after another.
    fn check(segment: Segment, sieving_primes: SievingPrimes<'_>) {
        let start = 30 * segment.first;
        let mut expected = vec![vec![0xff_u8; segment.array_bytes()]; 8];
        for prime in sieving_primes.quotients.iter().map(|&quotient| sieving_primes.prime(quotient))
        {
            let mut distance = start.next_multiple_of(prime) - start;
            while distance < segment.numbers() {
                if let Some(index) = RESIDUES_30.iter().position(|&r| u64::from(r) == distance % 30)
                {
                    residue_class::clear(&mut expected[index], (distance / 30) as u32);
                }
                distance += prime;
            }
        }
        for instructions in Instructions::ALL.into_iter().filter_map(Available::new) {
            let mut arrays = vec![vec![0xff_u8; segment.array_bytes()]; 8];
            let mut buckets = Buckets::default();
            fill_buckets(instructions, sieving_primes, &segment, &mut buckets);
            buckets.cross_off(&mut arrays, 0);
            let residue = RESIDUES_30[sieving_primes.residue_index];
            assert!(arrays == expected, "{residue} mod 30 in {segment:?} by {instructions:?}");
        }
    }

    /// Checks 36 numbers of each residue class, prime or not, from a number on.
    fn check_residue_classes(segment: Segment, from: u64) {
        for residue_index in 0..8 {
            let first = (from / 30) as u32;
            let quotients: Vec<u32> = (first..first + 36).collect();
            check(segment, SievingPrimes { quotients: &quotients, residue_index });
        }
    }

    #[test]
    fn primes_smaller_and_larger_than_a_segment_cross_off_their_multiples() {
        for first in [0, 1 << 20, 33_333_333_333, (1 << 59) + 12_345] {
            let segment = Segment { first, chunks: 3, chunk_bytes: 1024 };
            let numbers = segment.numbers();
            // All are at least 2¹⁷. Those in the middle have two multiples in a residue class.
            for from in [1 << 17, numbers / 30 * 29, numbers - 540, numbers + 30, 3 << 28, 1 << 31]
            {
                check_residue_classes(segment, from);
            }
        }
    }
}
