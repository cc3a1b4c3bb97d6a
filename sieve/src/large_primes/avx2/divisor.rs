//! Division by a number that is known before, without a division.

/// A divisor from 2 to 2¹⁵ of numbers below 2³¹, which are divided by multiplication.
///
/// With s = 31 + ⌈log₂ d⌉, the factor ⌈2ˢ / d⌉ has at most 32 bits, and is exact enough (T. Granlund and
/// P. Montgomery, "Division by invariant integers using multiplication", 1994).
#[derive(Clone, Copy, Debug)]
pub(super) struct Divisor {
    pub(super) value: u32,
    pub(super) factor: u32,
    pub(super) shift: u32,
}

impl Divisor {
    pub(super) fn new(value: u32) -> Self {
        let shift = 31 + (value - 1).ilog2() + 1;
        let factor = (1_u64 << shift).div_ceil(u64::from(value)) as u32;
        Self { value, factor, shift }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_divided_by_multiplication() {
        for divisor in [2, 3, 7, 30, 210, 2310, 1 << 15] {
            let Divisor { factor, shift, .. } = Divisor::new(divisor);
            let quotient = |number: u32| (u64::from(number) * u64::from(factor)) >> shift;
            let edges = (0..1 << 12).map(|factor| factor * ((1 << 31) / divisor / (1 << 12)));
            for number in edges.flat_map(|n| [n * divisor, (n * divisor).saturating_sub(1)]) {
                assert_eq!(quotient(number), u64::from(number / divisor));
            }
            let last = (1 << 31) - 1;
            assert_eq!(quotient(last), u64::from(last / divisor));
        }
    }
}
