//! Small sieving primes, which cross off eight multiples at a time.
//!
//! Eight steps of p are exactly p bytes. So the bit positions of eight multiples depend only on p
//! modulo 8 and on the first bit position. That makes 32 cases, each with its own loop and eight
//! constant masks.

use alloc::vec::Vec;

use crate::{Instructions, instructions::Available};

/// The largest exclusive limit of small sieving primes.
pub(super) const PRIMES_END: u32 = 16_000;

/// The exclusive limit of small sieving primes, as measured on Zen 4 with AVX-512, and on Zen 3.
pub(super) fn primes_end(instructions: Available) -> u32 {
    match instructions.get() {
        Instructions::Avx512 => PRIMES_END,
        _ => 5_000,
    }
}

/// A sieving prime and the position of its next eight multiples.
#[derive(Clone, Copy)]
struct SievingPrime {
    /// The byte of the first multiple.
    byte: u32,
    prime: u16,
    /// The most groups of eight multiples in a chunk.
    repeats: u16,
}

/// The small sieving primes, sorted into the 32 cases.
pub(super) struct SmallPrimes {
    /// By p modulo 8, then by the bit position of the first multiple.
    cases: [Vec<SievingPrime>; 32],
    /// For each prime, the most groups of eight multiples in a chunk.
    repeats: Vec<u16>,
}

impl SmallPrimes {
    pub(super) fn new(primes: &[u32], chunk_bytes: usize) -> Self {
        let repeats_of = |&prime: &u32| (chunk_bytes / prime as usize + 1) as u16;
        Self { cases: [const { Vec::new() }; 32], repeats: primes.iter().map(repeats_of).collect() }
    }

    /// Moves on to a residue class with these first multiples, each less than its prime.
    #[inline(always)]
    pub(super) fn begin_class(&mut self, primes: &[u32], first_multiples: &[u32]) {
        for case in &mut self.cases {
            case.clear();
        }
        for ((&prime, &first_multiple), &repeats) in
            primes.iter().zip(first_multiples).zip(&self.repeats)
        {
            debug_assert!(
                first_multiple < prime && prime < PRIMES_END,
                "{first_multiple} is too large for a first multiple of {prime}"
            );
            let case = prime % 8 / 2 * 8 + first_multiple % 8;
            let sieving_prime =
                SievingPrime { byte: first_multiple / 8, prime: prime as u16, repeats };
            self.cases[case as usize].push(sieving_prime);
        }
    }

    /// Crosses off in the chunk that ends at the byte `end`; chunks come in order.
    #[inline(always)]
    pub(super) fn cross_off(&mut self, array: &mut [u8], end: usize) {
        macro_rules! cases {
            ($($remainder:literal)*) => {
                let mut remaining = self.cases.iter_mut();
                $(cases!(@ remaining $remainder: 0 1 2 3 4 5 6 7);)*
            };
            (@ $lists:ident $remainder:literal: $($bit:literal)*) => {
                $(cross_off_case::<$remainder, $bit>(array, $lists.next().expect("32 cases"), end);)*
            };
        }
        cases!(1 3 5 7);
    }
}

/// Crosses off multiples of primes that are `REMAINDER` modulo 8, starting at `BIT` of a byte.
#[inline(always)]
fn cross_off_case<const REMAINDER: usize, const BIT: usize>(
    array: &mut [u8],
    sieving_primes: &mut [SievingPrime],
    end: usize,
) {
    for sieving_prime in sieving_primes {
        let prime = sieving_prime.prime as usize;
        let step_bytes = prime / 8;
        let mut byte = sieving_prime.byte as usize;
        for _ in 0..sieving_prime.repeats {
            for index in 0..8 {
                let bit = BIT + index * REMAINDER;
                clear(array, byte + index * step_bytes + bit / 8, bit % 8);
            }
            byte += prime;
        }
        let last = byte - prime;
        sieving_prime.byte = if last >= end { last } else { byte } as u32;
    }
}

/// Clears a bit.
#[inline(always)]
#[expect(unsafe_code, reason = "a check would cost as much as crossing off")]
fn clear(array: &mut [u8], byte: usize, bit: usize) {
    debug_assert!(byte < array.len(), "byte {byte} of an array of {}", array.len());
    // SAFETY: a prime's first multiple is less than one prime after the chunk's start. A chunk has
    // one group of eight multiples more than fit it, at most. So no multiple is more than two
    // primes after the chunk's end. The caller has asserted that the array has room for that.
    unsafe { *array.get_unchecked_mut(byte) &= !(1 << bit) }
}
