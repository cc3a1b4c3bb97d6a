//! Inverses of a wheel's modulus modulo primes, without a division by each prime.

use crate::wheel::Wheel;

/// How to compute the inverse modulo p from the quotient of p and 30, for primes of a residue modulo 30.
///
/// If the quotient is `divisor`·a + b, the inverse is a times a factor plus an addend, which depend on b.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inverses {
    pub(super) divisor: u32,
    pub(super) factors: [u32; 8],
    pub(super) addends: [u32; 8],
}

impl Inverses {
    pub(super) fn new(wheel: &Wheel, residue: u32) -> Self {
        let divisor = wheel.modulus / 30;
        debug_assert!(divisor <= 8, "there are at most eight remainders");
        let mut inverses = Self { divisor, factors: [0; 8], addends: [0; 8] };
        for remainder in 0..divisor {
            // p = modulus·a + n, so (p·t + 1) / modulus = a·t + (n·t + 1) / modulus
            let n = 30 * remainder + residue;
            let partner = u32::from(wheel.minus_inverses[n as usize]);
            inverses.factors[remainder as usize] = partner;
            inverses.addends[remainder as usize] = (n * partner + 1) / wheel.modulus;
        }
        inverses
    }
}
