//! The strong test of Miller and Rabin, with bases that make it a proof for every `u64`.
//!
//! The sieve uses it for ranges so short that its tables would take longer.
//!
//! Source of the arithmetic: P. Montgomery, "Modular multiplication without trial division",
//! Mathematics of Computation 44 (1985).

/// Below each limit, no composite number passes the test with these bases. Sources: OEIS A014233
/// for the first and the third row, and Jaeschke for the second ("On strong pseudoprimes to several
/// bases", Mathematics of Computation 61, 1993).
const BASES_BELOW: [(u64, &[u64]); 3] =
    [(1_373_653, &[2, 3]), (4_759_123_141, &[2, 7, 61]), (2_152_302_898_747, &[2, 3, 5, 7, 11])];

/// No composite number below 2⁶⁴ passes the test with these bases. J. Sinclair found them in 2011;
/// they are verified with J. Feitsma's list of pseudoprimes.
const BASES: [u64; 7] = [2, 325, 9375, 28178, 450_775, 9_780_504, 1_795_265_022];

/// Small divisors; most composite numbers have one of them.
const SMALL: [u64; 15] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47];

/// Tells whether a number is prime, for every `u64`, by at most seven modular powers.
///
/// ```
/// assert!(sieve::is_prime(18_446_744_073_709_551_557)); // the largest below 2⁶⁴
/// assert!(!sieve::is_prime(u64::MAX));
/// ```
pub fn is_prime(n: u64) -> bool {
    if let Some(divisor) = SMALL.iter().find(|&&divisor| n.is_multiple_of(divisor)) {
        return n == *divisor;
    }
    if n < 53 * 53 {
        return n > 1;
    }
    let row = BASES_BELOW.iter().find(|(limit, _)| n < *limit);
    let bases = row.map_or(&BASES[..], |(_, bases)| bases);
    let modulus = Montgomery::new(n);
    bases.iter().all(|&base| passes(&modulus, base))
}

fn passes(modulus: &Montgomery, base: u64) -> bool {
    let n = modulus.n;
    let base = base % n;
    if base == 0 {
        return true;
    }
    let shift = (n - 1).trailing_zeros();
    let minus_one = n - modulus.one;
    let mut power = modulus.power(modulus.enter(base), (n - 1) >> shift);
    if power == modulus.one || power == minus_one {
        return true;
    }
    for _ in 1..shift {
        power = modulus.multiply(power, power);
        if power == minus_one {
            return true;
        }
    }
    false
}

/// Arithmetic modulo an odd n on Montgomery forms: x is stored as x·2⁶⁴ modulo n.
struct Montgomery {
    n: u64,
    /// n·inverse ≡ 1, modulo 2⁶⁴.
    inverse: u64,
    /// The Montgomery form of 1.
    one: u64,
}

impl Montgomery {
    fn new(n: u64) -> Self {
        // Newton's iteration doubles the number of right bits: 3, 6, 12, 24, 48, 96.
        let mut inverse = n;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(n.wrapping_mul(inverse)));
        }
        Self { n, inverse, one: (u64::MAX % n + 1) % n }
    }

    fn enter(&self, x: u64) -> u64 {
        let shifted = (u128::from(x) << 64) % u128::from(self.n);
        u64::try_from(shifted).expect("a remainder of 64 bits")
    }

    fn multiply(&self, a: u64, b: u64) -> u64 {
        let product = u128::from(a) * u128::from(b);
        let (high, low) = ((product >> 64) as u64, product as u64);
        let quotient = low.wrapping_mul(self.inverse);
        let taken = ((u128::from(quotient) * u128::from(self.n)) >> 64) as u64;
        if high >= taken { high - taken } else { high.wrapping_sub(taken).wrapping_add(self.n) }
    }

    fn power(&self, base: u64, exponent: u64) -> u64 {
        let mut result = self.one;
        for bit in (0..u64::BITS - exponent.leading_zeros()).rev() {
            result = self.multiply(result, result);
            if exponent >> bit & 1 == 1 {
                result = self.multiply(result, base);
            }
        }
        result
    }
}
