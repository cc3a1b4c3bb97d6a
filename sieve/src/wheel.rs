//! Wheels: the residue classes that can contain primes, and the positions of multiples in them.
//!
//! Two numbers are in the same residue class if they leave the same remainder r modulo M. The
//! number at index k of the class is M·k + r. If r and M have a common divisor, the class contains
//! no primes but the divisors of M. Such classes are not stored.
//!
//! In each class, consecutive multiples of a prime p are p indices apart, whatever M is. So no
//! table of gaps is needed.
//!
//! Source: P. Pritchard, "Explaining the wheel sieve", Acta Informatica 17 (1982).

use alloc::{vec, vec::Vec};

use crate::lazy_lock::LazyLock;

/// The wheel residues modulo 30: all primes but 2, 3 and 5 leave one of them.
pub(crate) const RESIDUES_30: [u32; 8] = [1, 7, 11, 13, 17, 19, 23, 29];

/// For each remainder modulo 30: the index of the first wheel residue that is not below it.
pub(crate) const RESIDUE_FROM: [u8; 30] = {
    let mut next = [0; 30];
    let mut remainder = 0;
    while remainder < 30 {
        let mut index = 0;
        while RESIDUES_30[index] < remainder as u32 {
            index += 1;
        }
        next[remainder] = index as u8;
        remainder += 1;
    }
    next
};

/// A modulus and its residue classes.
#[derive(Debug)]
pub(crate) struct Wheel {
    pub(crate) modulus: u32,
    /// The residues that are coprime to the modulus, in ascending order.
    pub(crate) residues: Vec<u32>,
    /// For each residue n: the t with n·t ≡ -1 modulo the modulus.
    pub(crate) minus_inverses: Vec<u16>,
    /// For each residue, half of the gap to the next one; the last gap leads to the modulus plus 1.
    pub(crate) half_gaps: Vec<u8>,
    /// For each number below the modulus: the class of the first residue that is not below it.
    pub(crate) class_from: Vec<u16>,
}

/// The wheel of 30 has 8 residue classes: few enough to sieve together, for primes in order.
pub(crate) static WHEEL_30: LazyLock<Wheel> = LazyLock::new(|| Wheel::new(30));

/// The wheel of 210 has 48 residue classes, sieved one after another, for counting.
///
/// It does not store the multiples of 7, which saves an eighth of the work.
pub(crate) static WHEEL_210: LazyLock<Wheel> = LazyLock::new(|| Wheel::new(210));

/// The wheel of 2310 has 480 residue classes, for counting long ranges.
///
/// It stores no multiples of 7 and 11, which saves a fifth of the work.
pub(crate) static WHEEL_2310: LazyLock<Wheel> = LazyLock::new(|| Wheel::new(2310));

/// Each number coprime to 2310 leaves 1 when raised to this power (R. Carmichael, 1910).
const EXPONENT: u32 = 60;

impl Wheel {
    fn new(modulus: u32) -> Self {
        let coprime =
            |n: &u32| (2..=11).all(|q| !modulus.is_multiple_of(q) || !n.is_multiple_of(q));
        let residues: Vec<u32> = (1..modulus).filter(coprime).collect();
        let mut minus_inverses = vec![0; modulus as usize];
        for &n in &residues {
            let inverse = power_modulo(n, EXPONENT - 1, modulus);
            minus_inverses[n as usize] =
                u16::try_from(modulus - inverse).expect("moduli of 16 bits");
        }
        let next = residues[1..].iter().copied().chain([modulus + 1]);
        let half_gaps =
            residues.iter().zip(next).map(|(&r, next)| ((next - r) / 2) as u8).collect();
        let class_from =
            (0..modulus).map(|n| residues.partition_point(|&r| r < n) as u16).collect();
        Self { modulus, residues, minus_inverses, half_gaps, class_from }
    }

    /// Returns the x with modulus·x ≡ 1 modulo `n`, which must be coprime to the modulus.
    pub(crate) fn inverse_modulo(&self, n: u32) -> u32 {
        let partner = self.minus_inverses[(n % self.modulus) as usize];
        debug_assert_ne!(partner, 0, "{n} has a divisor in common with {}", self.modulus);
        let inverse = (u64::from(n) * u64::from(partner) + 1) / u64::from(self.modulus);
        u32::try_from(inverse).expect("an inverse is below its modulus")
    }
}

fn power_modulo(base: u32, exponent: u32, modulus: u32) -> u32 {
    (0..u32::BITS - exponent.leading_zeros()).rev().fold(1, |power, bit| {
        let square = power * power % modulus;
        if exponent >> bit & 1 == 1 { square * base % modulus } else { square }
    })
}
