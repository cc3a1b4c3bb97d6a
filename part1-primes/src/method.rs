//! How primes are found, chosen once for a chunk and not for each number.

use std::ops::Range;

use common::primality::Check;
use serde::{Deserialize, Serialize};
use sieve::SharedSieve;

use crate::{Found, Keep, PrimesError};

/// A way to find the primes among the numbers of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The lab's: trial division by odd numbers.
    Trial,
    /// The strong test of Miller and Rabin, with bases that make it a proof.
    Strong,
    /// The strong test of many numbers at once, by vector instructions.
    Simd,
    /// The sieve of Eratosthenes: multiples are struck out, and no number is looked at by itself.
    Sieve,
}

impl Method {
    /// Every method, the slowest first.
    pub const ALL: [Self; 4] = [Self::Trial, Self::Strong, Self::Simd, Self::Sieve];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Strong => "strong",
            Self::Simd => "simd",
            Self::Sieve => "sieve",
        }
    }

    /// Whether it can tell all of `numbers`.
    ///
    /// # Errors
    /// When they go on beyond [`sieve::END`], and the method is the sieve.
    pub fn check(self, numbers: &Range<u64>) -> Result<(), PrimesError> {
        match self {
            Self::Sieve if numbers.end > sieve::END => {
                Err(PrimesError::BeyondTheSieve { to: numbers.end })
            }
            Self::Trial | Self::Strong | Self::Simd | Self::Sieve => Ok(()),
        }
    }

    /// The primes among `numbers`, which are such that [`check`](Self::check) lets them pass.
    ///
    /// `shared_sieve` is what chunks have in common: the base primes, if this is the sieve.
    pub fn find(self, numbers: Range<u64>, keep: Keep, shared_sieve: &SharedSieve) -> Found {
        match self {
            Self::Trial => check_each(numbers, keep, Check::TrialDivision),
            Self::Strong => check_each(numbers, keep, Check::StrongTest),
            Self::Simd => keep_found(sieve::test_each(numbers), keep),
            Self::Sieve => strike_out(numbers, keep, shared_sieve),
        }
    }
}

fn check_each(numbers: Range<u64>, keep: Keep, check: Check) -> Found {
    match keep {
        Keep::Count => Found { count: check.count(numbers), primes: Vec::new() },
        Keep::List => keep_found(check.primes(numbers), keep),
    }
}

fn strike_out(numbers: Range<u64>, keep: Keep, shared_sieve: &SharedSieve) -> Found {
    match keep {
        Keep::Count => Found { count: shared_sieve.count(numbers), primes: Vec::new() },
        Keep::List => keep_found(shared_sieve.collect(numbers), keep),
    }
}

fn keep_found(primes: Vec<u64>, keep: Keep) -> Found {
    let count = primes.len() as u64;
    match keep {
        Keep::Count => Found { count, primes: Vec::new() },
        Keep::List => Found { count, primes },
    }
}
