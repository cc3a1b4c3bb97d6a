//! The wheel: which residues can hold primes, and how multiples run through them.
//!
//! All numbers that leave the remainder r when divided by the modulus M form a *line*: the number
//! at index k is M·k + r. Only lines whose r has no divisor in common with M hold primes beyond
//! those that divide M, so the others are never stored. In a line, the multiples of a prime p stand
//! p indices apart, whatever M is: one step, no table of gaps.
//!
//! Source: the residue-class view of wheel factorization goes back to P. Pritchard, "Explaining the
//! wheel sieve", Acta Informatica 17 (1982).

use std::sync::LazyLock;

/// The residues that primes leave by 30, but for 2, 3 and 5.
pub(crate) const RESIDUES_30: [u32; 8] = [1, 7, 11, 13, 17, 19, 23, 29];

/// The index of the first residue that is not below a remainder by 30.
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

/// A modulus, and the lines that it leaves.
#[derive(Debug)]
pub(crate) struct Wheel {
    pub(crate) modulus: u32,
    /// The remainders that are coprime to the modulus, ascending.
    pub(crate) residues: Vec<u32>,
    /// For each remainder n: the t with n·t ≡ -1, modulo the modulus.
    minus_inverses: Vec<u16>,
}

/// 8 lines: few enough for all to stand side by side, so that primes come out in order.
pub(crate) static WHEEL_30: LazyLock<Wheel> = LazyLock::new(|| Wheel::new(30));

/// 48 lines, of which one is sieved after another: for counting, where order does not matter.
/// Multiples of 7 are not even stored, which saves an eighth of the work.
pub(crate) static WHEEL_210: LazyLock<Wheel> = LazyLock::new(|| Wheel::new(210));

/// 480 lines, for counting where primes are few beside the numbers. Without the multiples of 7 and
/// 11 a fifth of the work is saved.
pub(crate) static WHEEL_2310: LazyLock<Wheel> = LazyLock::new(|| Wheel::new(2310));

/// What is coprime to 2310 leaves 1 when raised to this power (R. Carmichael, 1910).
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
        Self { modulus, residues, minus_inverses }
    }

    /// The x with modulus·x ≡ 1, modulo `n`, which has no divisor in common with the modulus.
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
