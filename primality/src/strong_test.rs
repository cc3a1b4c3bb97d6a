//! The strong test of Miller and Rabin, with bases that make it a proof for every `u64`.

/// The first primes: bases of the strong test, and divisors that spare most numbers the test.
const SMALL_PRIMES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/// The smallest odd composite that passes the strong test to the first 1, 2, … primes as bases:
/// OEIS A014233. The last one below 2⁶⁴ is passed by 9, 10 and 11 bases alike; 12 bases fail only
/// beyond 3 × 10²³ (Sorenson and Webster, "Strong pseudoprimes to twelve prime bases",
/// Mathematics of Computation 86, 2017).
const SMALLEST_PSEUDOPRIME: [u64; 11] = [
    2_047,
    1_373_653,
    25_326_001,
    3_215_031_751,
    2_152_302_898_747,
    3_474_749_660_383,
    341_550_071_728_321,
    341_550_071_728_321,
    3_825_123_056_546_413_051,
    3_825_123_056_546_413_051,
    3_825_123_056_546_413_051,
];

/// Tells whether `n` is prime, for every `u64`, in at most 12 modular powers.
///
/// Miller's test with as many of the first primes as bases as are proven to leave no liar below
/// `n`: 4 of them for the lab's numbers, 12 near 2⁶⁴.
///
/// ```
/// use primality::is_prime_by_strong_test;
///
/// assert!(is_prime_by_strong_test(18_446_744_073_709_551_557)); // the largest below 2⁶⁴
/// assert!(!is_prime_by_strong_test(u64::MAX));
/// ```
#[inline(always)]
pub fn is_prime_by_strong_test(n: u64) -> bool {
    if n < 2 {
        return false;
    }
    for prime in SMALL_PRIMES {
        if n.is_multiple_of(prime) {
            return n == prime;
        }
    }
    let bases = 1 + SMALLEST_PSEUDOPRIME.partition_point(|&pseudoprime| pseudoprime <= n);
    let field = Montgomery::new(n);
    SMALL_PRIMES[..bases].iter().all(|&base| field.is_strong_probable_prime(base))
}

/// Arithmetic modulo an odd `n` without division: `x` is kept as `x · 2⁶⁴ mod n`.
///
/// Peter Montgomery, "Modular multiplication without trial division", Mathematics of
/// Computation 44, 1985.
struct Montgomery {
    n: u64,
    /// 1/n modulo 2⁶⁴.
    inverse: u64,
    /// 1 in Montgomery form.
    one: u64,
    /// 2¹²⁸ mod n: multiplying by it brings a number into Montgomery form.
    square_of_radix: u64,
}

impl Montgomery {
    /// `n` is odd and above 1.
    fn new(n: u64) -> Self {
        // An odd n is its own inverse modulo 8, and Newton's iteration doubles the number of
        // correct low bits: 3, 6, 12, 24, 48, 96.
        let mut inverse = n;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(n.wrapping_mul(inverse)));
        }
        let one = n.wrapping_neg() % n;
        let square_of_radix = low_half(u128::from(one) * u128::from(one) % u128::from(n));
        Self { n, inverse, one, square_of_radix }
    }

    /// The product of two numbers below `n` in Montgomery form.
    fn multiply(&self, a: u64, b: u64) -> u64 {
        let product = u128::from(a) * u128::from(b);
        // The multiple of n that has the same low half: the difference is divisible by 2⁶⁴.
        let quotient = low_half(product).wrapping_mul(self.inverse);
        let multiple = u128::from(quotient) * u128::from(self.n);
        let (difference, is_negative) = high_half(product).overflowing_sub(high_half(multiple));
        if is_negative { difference.wrapping_add(self.n) } else { difference }
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

    /// With n − 1 = d · 2ˢ and d odd: is baseᵈ = 1, or baseᵈ squared fewer than s times = −1?
    fn is_strong_probable_prime(&self, base: u64) -> bool {
        let minus_one = self.n - self.one;
        let twos = (self.n - 1).trailing_zeros();
        let mut x = self.power(self.multiply(base, self.square_of_radix), (self.n - 1) >> twos);
        if x == self.one || x == minus_one {
            return true;
        }
        for _ in 1..twos {
            x = self.multiply(x, x);
            if x == minus_one {
                return true;
            }
        }
        false
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is asked for")]
fn low_half(wide: u128) -> u64 {
    wide as u64
}

fn high_half(wide: u128) -> u64 {
    low_half(wide >> u64::BITS)
}
