//! The strong test for many numbers at once, by vector instructions.
//!
//! It is an example of parallelism within a core, without threads. A test of a single number stops
//! early, and multiplies only where the exponent has a bit. Here all numbers of a group take the
//! same steps. Numbers without the bit discard the product.
//!
//! Sources: the bases 2, 7 and 61 leave no composite number below 4 759 123 141 undetected (G.
//! Jaeschke, "On strong pseudoprimes to several bases", Mathematics of Computation 61, 1993). The
//! divisibility test by an inverse is from H. S. Warren, "Hacker's Delight", 10-17.

use alloc::vec::Vec;
use core::ops::Range;

use crate::{
    instructions::{Available, dispatched},
    strong_test,
};

/// The exclusive end of the vector test: larger numbers have more than 32 bits.
const VECTORS_END: u64 = 1 << 32;

/// The start of the vector test: smaller numbers may be a base or a small divisor.
const VECTORS_START: u64 = 64;

/// The bases of the strong test; most composite numbers fail the first one.
const BASES: [u64; 3] = [2, 7, 61];

/// The numbers of a group.
const LANES: usize = 32;

/// A group of odd numbers below 2³².
type Group = [u64; LANES];

/// The odd numbers whose candidates are tested together.
const BLOCK_ODD_NUMBERS: usize = 4096;

/// For each small divisor: its inverse modulo 2³², and `u32::MAX` divided by it.
const DIVISORS: [(u32, u32); 17] = {
    let primes = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61];
    let mut divisors = [(0, 0); 17];
    let mut index = 0;
    while index < primes.len() {
        divisors[index] = (inverse(primes[index]), u32::MAX / primes[index]);
        index += 1;
    }
    divisors
};

/// Lists the primes of a range, in ascending order.
pub(crate) fn primes(numbers: Range<u64>, instructions: Available) -> Vec<u64> {
    let one_by_one = |numbers: Range<u64>| numbers.filter(|&n| strong_test::is_prime(n));
    let clamp = |limit: u64| limit.clamp(numbers.start, numbers.end.max(numbers.start));
    let (low, high) = (clamp(VECTORS_START), clamp(VECTORS_END));
    let mut primes: Vec<u64> = one_by_one(numbers.start..low).collect();
    append_odd_primes(instructions, (low | 1)..high, &mut primes);
    primes.extend(one_by_one(high..numbers.end));
    primes
}

dispatched! {
    /// Appends the primes among the odd numbers of a range that begins with an odd number.
    fn append_odd_primes(numbers: Range<u64>, primes: &mut Vec<u64>) = append_odd_primes_by_blocks
}

#[inline(always)]
fn append_odd_primes_by_blocks(numbers: Range<u64>, primes: &mut Vec<u64>) {
    let mut candidates = Vec::with_capacity(BLOCK_ODD_NUMBERS);
    for start in numbers.clone().step_by(2 * BLOCK_ODD_NUMBERS) {
        candidates.clear();
        let end = numbers.end.min(start + 2 * BLOCK_ODD_NUMBERS as u64);
        append_without_divisor(start..end, &mut candidates);
        for base in BASES {
            keep_those_that_pass(&mut candidates, base);
        }
        primes.extend_from_slice(&candidates);
    }
}

#[inline(always)]
fn append_without_divisor(numbers: Range<u64>, candidates: &mut Vec<u64>) {
    for start in numbers.clone().step_by(2 * LANES) {
        let mut is_candidate = [true; LANES];
        for (inverse, limit) in DIVISORS {
            for (lane, flag) in is_candidate.iter_mut().enumerate() {
                // Numbers after the end may wrap around; they are not read.
                let n = (start as u32).wrapping_add(2 * lane as u32);
                *flag &= n.wrapping_mul(inverse) > limit;
            }
        }
        for (n, is_candidate) in (start..numbers.end).step_by(2).zip(is_candidate) {
            if is_candidate {
                candidates.push(n);
            }
        }
    }
}

#[inline(always)]
fn keep_those_that_pass(candidates: &mut Vec<u64>, base: u64) {
    let count = candidates.len();
    // A group that is not full is filled up with the last number.
    let last = candidates.last().copied().unwrap_or(VECTORS_START | 1);
    candidates.resize(count.next_multiple_of(LANES), last);
    let mut kept = 0;
    for start in (0..count).step_by(LANES) {
        let mut group = [0; LANES];
        group.copy_from_slice(&candidates[start..start + LANES]);
        let passes = pass(&group, base);
        for lane in 0..LANES.min(count - start) {
            candidates[kept] = group[lane];
            kept += usize::from(passes[lane]);
        }
    }
    candidates.truncate(kept);
}

/// Tests whether each number of a group is a strong probable prime to a base.
///
/// All steps are loops over the lanes, which the compiler turns into vector instructions.
#[inline(always)]
fn pass(numbers: &Group, base: u64) -> [bool; LANES] {
    let (mut inverses, mut ones, mut bases) = ([0; LANES], [0; LANES], [0; LANES]);
    let mut twos = [0; LANES];
    for lane in 0..LANES {
        let n = numbers[lane];
        inverses[lane] = u64::from(inverse(n as u32));
        ones[lane] = VECTORS_END % n;
        bases[lane] = ones[lane] * base % n;
        // 2ˢ, the largest power of two that divides n - 1
        twos[lane] = (n - 1) & (n - 1).wrapping_neg();
    }
    let (mut all_bits, mut all_twos) = (0, 0);
    for lane in 0..LANES {
        all_bits |= numbers[lane];
        all_twos |= twos[lane];
    }
    let (bits, checked) = (all_bits.ilog2() + 1, all_twos.ilog2());
    let mut passes = [false; LANES];
    let mut powers = ones;
    // Each power is of the base, to the bits of n - 1 from `bit` on.
    for bit in (1..bits).rev() {
        for lane in 0..LANES {
            let (n, inverse) = (numbers[lane], inverses[lane]);
            let square = multiply(powers[lane], powers[lane], n, inverse);
            let longer = multiply(square, bases[lane], n, inverse);
            powers[lane] = if (n - 1) & 1 << bit == 0 { square } else { longer };
        }
        if bit <= checked {
            for lane in 0..LANES {
                let is_one = powers[lane] == ones[lane] && twos[lane] == 1 << bit;
                let is_minus_one = powers[lane] + ones[lane] == numbers[lane];
                passes[lane] |= is_one || (is_minus_one && 1 << bit <= twos[lane]);
            }
        }
    }
    passes
}

/// Computes a·b/2³² modulo n, for a and b below n, with the inverse of n modulo 2³².
#[inline(always)]
fn multiply(a: u64, b: u64, n: u64, inverse: u64) -> u64 {
    const LOW: u64 = u32::MAX as u64;
    let product = a * b;
    let quotient = ((product & LOW) * inverse) & LOW;
    let difference = (product >> 32).wrapping_sub((quotient * n) >> 32);
    difference.min(difference.wrapping_add(n))
}

/// Computes the x with n·x ≡ 1 modulo 2³², for an odd n.
///
/// Newton's iteration doubles the number of right bits, and n itself has 3.
#[inline(always)]
const fn inverse(n: u32) -> u32 {
    let mut inverse = n;
    let mut right_bits = 3;
    while right_bits < 32 {
        inverse = inverse.wrapping_mul(2_u32.wrapping_sub(n.wrapping_mul(inverse)));
        right_bits *= 2;
    }
    inverse
}
