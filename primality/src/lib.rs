//! Two prime checks for one number, with one signature, so that either can be the work: trial division, and
//! a deterministic Miller-Rabin test.
//!
//! Plain builds optimize this crate, so it is small. The loops over the numbers are here, too: so the
//! crates that call them need no optimization.
#![forbid(unsafe_code)]
#![expect(
    clippy::inline_always,
    reason = "a check that is called, and not part of the loop, takes 17 % more instructions"
)]

mod strong_test;
mod trial_division;

use std::ops::Range;

pub use self::{strong_test::is_prime_by_strong_test, trial_division::is_prime_by_trial_division};

/// A way to tell whether a number is prime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// [`is_prime_by_trial_division`].
    TrialDivision,
    /// [`is_prime_by_strong_test`].
    StrongTest,
}

impl Check {
    /// How many of these numbers are prime.
    ///
    /// ```
    /// assert_eq!(primality::Check::StrongTest.count(0..100), 25);
    /// ```
    pub fn count(self, numbers: Range<u64>) -> u64 {
        let count = match self {
            Self::TrialDivision => numbers.filter(|&n| is_prime_by_trial_division(n)).count(),
            Self::StrongTest => numbers.filter(|&n| is_prime_by_strong_test(n)).count(),
        };
        count as u64
    }

    /// The primes among these numbers, in order.
    ///
    /// ```
    /// assert_eq!(primality::Check::TrialDivision.primes(10..30), [11, 13, 17, 19, 23, 29]);
    /// ```
    pub fn primes(self, numbers: Range<u64>) -> Vec<u64> {
        match self {
            Self::TrialDivision => list(numbers, is_prime_by_trial_division),
            Self::StrongTest => list(numbers, is_prime_by_strong_test),
        }
    }
}

/// A plain loop: `filter` and `collect` take 17 % more instructions.
fn list(numbers: Range<u64>, is_prime: impl Fn(u64) -> bool) -> Vec<u64> {
    let mut primes = Vec::new();
    for number in numbers {
        if is_prime(number) {
            primes.push(number);
        }
    }
    primes
}
