//! Known values that several tests need.

/// The largest prime of 64 bits.
pub(crate) const LAST_PRIME: u64 = 18_446_744_073_709_551_557;

/// π(10ᵏ) for k = 0, 1, …: OEIS A006880.
pub(crate) const PRIMES_UP_TO_POWER_OF_TEN: [u64; 16] = [
    0,
    4,
    25,
    168,
    1_229,
    9_592,
    78_498,
    664_579,
    5_761_455,
    50_847_534,
    455_052_511,
    4_118_054_813,
    37_607_912_018,
    346_065_536_839,
    3_204_941_750_802,
    29_844_570_422_669,
];
