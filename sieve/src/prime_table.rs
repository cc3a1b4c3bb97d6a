//! The primes below 2¹⁷, found once and kept: they cross out their multiples one line at a time.

use std::{iter, sync::LazyLock};

/// Ranges are sieved from here on; below, the list has the answer.
pub(crate) const SMALL_END: u32 = 1 << 17;

/// Every prime below `SMALL_END`, ascending.
pub(crate) static SMALL_PRIMES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    // Odd numbers alone: the flag at index k stands for 2·k + 1.
    let mut is_composite = vec![false; SMALL_END as usize / 2];
    for n in (3..=SMALL_END.isqrt()).step_by(2) {
        if !is_composite[n as usize / 2] {
            for multiple in is_composite[(n * n / 2) as usize..].iter_mut().step_by(n as usize) {
                *multiple = true;
            }
        }
    }
    let odd_primes = (3..SMALL_END).step_by(2).filter(|&n| !is_composite[n as usize / 2]);
    iter::once(2).chain(odd_primes).collect()
});
