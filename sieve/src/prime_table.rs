//! The table of the primes below 2¹⁷, which is computed once.

use alloc::{vec, vec::Vec};
use core::iter;

use crate::lazy_lock::LazyLock;

/// The exclusive end of the table; larger numbers have to be sieved or tested.
pub(crate) const TABLE_END: u32 = 1 << 17;

/// Every prime below `TABLE_END`, in ascending order.
pub(crate) static PRIME_TABLE: LazyLock<Vec<u32>> = LazyLock::new(|| {
    // Only odd numbers have a flag: index k stands for 2·k + 1.
    let mut is_composite = vec![false; TABLE_END as usize / 2];
    for n in (3..=TABLE_END.isqrt()).step_by(2) {
        if !is_composite[n as usize / 2] {
            for multiple in is_composite[(n * n / 2) as usize..].iter_mut().step_by(n as usize) {
                *multiple = true;
            }
        }
    }
    let odd_primes = (3..TABLE_END).step_by(2).filter(|&n| !is_composite[n as usize / 2]);
    iter::once(2).chain(odd_primes).collect()
});
