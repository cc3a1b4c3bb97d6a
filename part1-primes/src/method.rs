//! How primes are found, chosen once for a chunk and not for each number.

use std::ops::Range;

use common::primality;
use serde::{Deserialize, Serialize};
use sieve::SharedSieve;

use crate::{Found, Keep, PrimesError};

/// A way to find the primes among the numbers of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Trial division by odd numbers, the method of the lab.
    Trial,
    /// The strong test of Miller and Rabin, with bases that make it a proof.
    Strong,
    /// The strong test of many numbers at once, by vector instructions.
    Simd,
    /// The sieve of Eratosthenes: crosses off multiples, and checks no number by itself.
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

    /// Checks whether the method can decide all of `numbers`.
    ///
    /// # Errors
    /// When the method is the sieve, and `numbers` goes beyond [`sieve::END`].
    pub fn check(self, numbers: &Range<u64>) -> Result<(), PrimesError> {
        match self {
            Self::Sieve if numbers.end > sieve::END => {
                Err(PrimesError::BeyondTheSieve { to: numbers.end })
            }
            Self::Trial | Self::Strong | Self::Simd | Self::Sieve => Ok(()),
        }
    }

    /// Finds the primes among `numbers`, which [`check`](Self::check) has to accept.
    ///
    /// `shared_sieve` holds the base primes that all chunks share, for the sieve.
    pub fn find(self, numbers: Range<u64>, keep: Keep, shared_sieve: &SharedSieve) -> Found {
        match self {
            Self::Trial => by_trial_division(numbers, keep),
            Self::Strong => by_strong_test(numbers, keep),
            Self::Simd => keep_found(sieve::test_each(numbers), keep),
            Self::Sieve => by_sieve(numbers, keep, shared_sieve),
        }
    }
}

fn by_trial_division(numbers: Range<u64>, keep: Keep) -> Found {
    match keep {
        Keep::Count => Found { count: primality::count(numbers), primes: Vec::new() },
        Keep::List => keep_found(primality::primes(numbers), keep),
    }
}

fn by_strong_test(numbers: Range<u64>, keep: Keep) -> Found {
    let primes = numbers.filter(|&number| sieve::is_prime(number));
    match keep {
        Keep::Count => Found { count: primes.count() as u64, primes: Vec::new() },
        Keep::List => keep_found(primes.collect(), keep),
    }
}

fn by_sieve(numbers: Range<u64>, keep: Keep, shared_sieve: &SharedSieve) -> Found {
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
