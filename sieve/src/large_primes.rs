//! Large primes, from 2¹⁷ on, strike a line seldom or not at all. To look at each of them for each
//! chunk would cost more than their strikes; so each is looked at once for a whole window, and its
//! strikes are listed by line.
//!
//! Where prime p = 30·P + ρ strikes is the same arithmetic for all primes of one remainder ρ: the
//! multiple p·(30·t + u) is in the line of the residue r = ρ·u mod 30, at the index
//! p·t + P·u + (ρ·u - r)/30. So the first index in a window, modulo p, is a product, a sum and a
//! difference with the window's own first index modulo p, and eight primes share the vector
//! instructions for it. Nothing is carried from window to window, so threads share the primes
//! and nothing else.
//!
//! Primes that are larger than all the numbers of a window are *far* ones: each has one multiple in
//! it, at most. Its distance from the window's first number, which 30 divides, tells the line and the
//! index without any more ado.
//!
//! The primes themselves are kept as lines of bits, as they were sieved: a byte for 30 numbers.
//!
//! Compare the bucket sieve of T. Oliveira e Silva (2002), which primesieve follows: it sorts each
//! prime by the segment of its next strike, and so has to carry each prime along.

#[cfg(target_arch = "x86_64")]
mod avx2;

use std::ops::Range;

use crate::{
    instructions::{Available, dispatched},
    plan::Plan,
    prime_table::SMALL_END,
    residue_class,
    segment::Window,
    segment_sieve::WindowSieve,
    wheel::{RESIDUE_FROM, RESIDUES_30, WHEEL_30},
};

/// How many primes are looked at before their strikes need room again.
const BLOCK_PRIMES: usize = 1024;

/// The primes from 2¹⁷ to a root.
#[derive(Debug)]
pub(crate) struct LargePrimes {
    /// The number that they divide by 30 into, at bit 0.
    first: u64,
    lines: [Vec<u8>; 8],
}

/// So many strikes of a line are gathered before it is struck: several for each cache line of it.
const GATHERED_STRIKES: usize = 32 << 10;

/// Strikes that are still to be done.
#[derive(Debug, Default)]
pub(crate) struct Strikes {
    /// The bits to clear in each line.
    lines: [Vec<u32>; 8],
    /// The multiples of far primes, as distances from the window's first number.
    distances: Vec<u32>,
}

/// Primes that leave the same remainder by 30, each divided by 30.
#[derive(Clone, Copy)]
struct Class<'p> {
    quotients: &'p [u32],
    /// Which of the `RESIDUES_30` they leave.
    residue: usize,
}

impl LargePrimes {
    /// All primes of a plan, which has to be one for primes in order.
    pub(crate) fn of(plan: Plan) -> Self {
        let parts = plan.parts;
        let mut sieve = WindowSieve::new(plan);
        let mut lines: [Vec<u8>; 8] = Default::default();
        for part in parts.iter() {
            for (line, sieved) in lines.iter_mut().zip(sieve.lines(&part)) {
                line.extend_from_slice(&sieved[..part.window.line_bytes()]);
            }
        }
        Self { first: parts.get(0).window.first, lines }
    }

    /// Strikes the lines of a window with the primes up to `root`.
    pub(crate) fn strike(
        &self,
        root: u64,
        window: &Window,
        lines: &mut [Vec<u8>],
        strikes: &mut Strikes,
        instructions: Available,
    ) {
        let numbers = u64::from(SMALL_END)..root + 1;
        let whole = Window { first: self.first, chunks: 1, chunk_bytes: self.lines[0].len() };
        let mut quotients = [0; BLOCK_PRIMES];
        for (residue, primes) in self.lines.iter().enumerate() {
            let mut bits =
                set_bits(primes, whole.bits_of(&numbers, &WHEEL_30, RESIDUES_30[residue]));
            loop {
                let mut length = 0;
                for (place, bit) in quotients.iter_mut().zip(&mut bits) {
                    *place = (self.first + bit as u64) as u32;
                    length += 1;
                }
                let class = Class { quotients: &quotients[..length], residue };
                strike_block(instructions, class, window, strikes);
                strikes.carry_out(lines, GATHERED_STRIKES);
                if length < BLOCK_PRIMES {
                    break;
                }
            }
        }
        strikes.carry_out(lines, 0);
    }
}

impl Strikes {
    /// Crosses off in the lines for which more than this many multiples are in a bucket.
    fn carry_out(&mut self, lines: &mut [Vec<u8>], more_than: usize) {
        for (strikes, line) in self.lines.iter_mut().zip(&mut *lines) {
            if strikes.len() > more_than {
                for &bit in &*strikes {
                    residue_class::clear(line, bit);
                }
                strikes.clear();
            }
        }
        if self.distances.len() > more_than {
            for &distance in &self.distances {
                let residue = distance % 30;
                let index = usize::from(RESIDUE_FROM[residue as usize]);
                if RESIDUES_30[index] == residue {
                    residue_class::clear(&mut lines[index], distance / 30);
                }
            }
            self.distances.clear();
        }
    }
}

/// The bits of a range that are set, ascending.
fn set_bits(line: &[u8], bits: Range<usize>) -> impl Iterator<Item = usize> {
    let words = &line.as_chunks::<8>().0[bits.start / 64..bits.end.div_ceil(64)];
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
    fn strike_block(class: Class<'_>, window: &Window, strikes: &mut Strikes)
        { plain => strike_each, avx2 => avx2::strike, avx512 => avx2::strike }
}

impl Class<'_> {
    /// The prime that divides by 30 into a quotient.
    fn prime(self, quotient: u32) -> u64 {
        30 * u64::from(quotient) + u64::from(RESIDUES_30[self.residue])
    }

    /// Those that are not far from a window, and those that are.
    fn split(self, window: &Window) -> [Self; 2] {
        let near = |&quotient: &u32| self.prime(quotient) < window.numbers();
        let (near, far) = self.quotients.split_at(self.quotients.partition_point(near));
        [near, far].map(|quotients| Class { quotients, ..self })
    }
}

/// How primes of a class strike with the cofactors of a residue: (line, addend), so that the first
/// strike from index 0 on is at quotient · cofactor + addend.
fn place(residue: usize, cofactor: u32) -> (usize, u32) {
    let product = RESIDUES_30[residue] * cofactor;
    let line = RESIDUES_30.iter().position(|&r| r == product % 30);
    (line.expect("a product of two residues to be coprime to 30, too"), product / 30)
}

fn strike_each(class: Class<'_>, window: &Window, strikes: &mut Strikes) {
    let [near, far] = class.split(window);
    let bits = window.bits();
    let places = RESIDUES_30.map(|cofactor| (cofactor, place(class.residue, cofactor)));
    for &quotient in near.quotients {
        let prime = class.prime(quotient);
        let start = window.first % prime;
        for (cofactor, (line, addend)) in places {
            let from_zero = u64::from(quotient) * u64::from(cofactor) + u64::from(addend);
            let mut at =
                if from_zero >= start { from_zero - start } else { from_zero + prime - start };
            while at < bits {
                strikes.lines[line].push(at as u32);
                at += prime;
            }
        }
    }
    let distances = far.quotients.iter().map(|&quotient| {
        let prime = class.prime(quotient);
        // The first number itself is nobody's to strike, since 30 divides it.
        prime - 30 * window.first % prime
    });
    let inside = distances.filter(|&distance| distance < window.numbers());
    strikes.distances.extend(inside.map(|distance| distance as u32));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instructions;

    /// Strikes a window with primes of a class, by every set of instructions, and compares what is
    /// left with what is left when their multiples are crossed out one after another.
    fn check(window: Window, class: Class<'_>) {
        let start = 30 * window.first;
        let mut expected = vec![vec![0xff_u8; window.line_bytes()]; 8];
        for prime in class.quotients.iter().map(|&quotient| class.prime(quotient)) {
            let mut distance = start.next_multiple_of(prime) - start;
            while distance < window.numbers() {
                if let Some(index) = RESIDUES_30.iter().position(|&r| u64::from(r) == distance % 30)
                {
                    residue_class::clear(&mut expected[index], (distance / 30) as u32);
                }
                distance += prime;
            }
        }
        for instructions in Instructions::ALL.into_iter().filter_map(Available::new) {
            let mut lines = vec![vec![0xff_u8; window.line_bytes()]; 8];
            let mut strikes = Strikes::default();
            strike_block(instructions, class, &window, &mut strikes);
            strikes.carry_out(&mut lines, 0);
            let residue = RESIDUES_30[class.residue];
            assert!(lines == expected, "{residue} mod 30 in {window:?} by {instructions:?}");
        }
    }

    /// Three dozen numbers of each class from a number on; whether they are prime makes no difference.
    fn check_classes(window: Window, from: u64) {
        for residue in 0..8 {
            let first = (from / 30) as u32;
            let quotients: Vec<u32> = (first..first + 36).collect();
            check(window, Class { quotients: &quotients, residue });
        }
    }

    #[test]
    fn near_and_far_primes_strike_their_multiples() {
        for first in [0, 1 << 20, 33_333_333_333, (1 << 59) + 12_345] {
            let window = Window { first, chunks: 3, chunk_bytes: 1024 };
            let numbers = window.numbers();
            // 2¹⁷ and above; below are small primes. In between, those that strike a line twice.
            for from in [1 << 17, numbers / 30 * 29, numbers - 540, numbers + 30, 3 << 28, 1 << 31]
            {
                check_classes(window, from);
            }
        }
    }
}
