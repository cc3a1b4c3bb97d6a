//! The crate `machine-prime`, which tests one number at a time; with rayon, as its users would.

use std::ops::Range;

use rayon::prelude::*;

/// Its name.
pub(super) const NAME: &str = "machine-prime";

/// Counts the primes of a range.
pub(super) fn count(range: Range<u64>) -> u64 {
    range.filter(|&number| machine_prime::is_prime(number)).count() as u64
}

/// Counts the primes of a range on all cores.
pub(super) fn count_on_all_threads(range: Range<u64>) -> u64 {
    range.into_par_iter().filter(|&number| machine_prime::is_prime(number)).count() as u64
}
