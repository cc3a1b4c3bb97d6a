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
    /// Counting by a combinatorial method, which visits no number: see [`sieve::prime_count`].
    Count,
}

impl Method {
    /// Every method, the slowest first.
    pub const ALL: [Self; 5] = [Self::Trial, Self::Strong, Self::Simd, Self::Sieve, Self::Count];

    /// The methods that find the primes themselves, and not only their number.
    pub const LISTING: [Self; 4] = [Self::Trial, Self::Strong, Self::Simd, Self::Sieve];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Strong => "strong",
            Self::Simd => "simd",
            Self::Sieve => "sieve",
            Self::Count => "count",
        }
    }

    /// Checks whether the method can search `numbers`; all methods but counting reach the largest number.
    ///
    /// # Errors
    /// When `numbers` ends before it starts; when the method is counting, and the last one of
    /// `numbers` is above [`sieve::PRIME_COUNT_MAX`].
    pub fn check(self, numbers: &Range<u64>) -> Result<(), PrimesError> {
        if numbers.start > numbers.end {
            return Err(PrimesError::InvertedRange { from: numbers.start, to: numbers.end });
        }
        if self == Self::Count && numbers.end.saturating_sub(1) > sieve::PRIME_COUNT_MAX {
            return Err(PrimesError::BeyondTheCount { to: numbers.end });
        }
        Ok(())
    }

    /// Checks whether the method can find what is kept.
    ///
    /// # Errors
    /// When the method only counts, and the primes themselves are wanted.
    pub fn check_keep(self, keep: Keep) -> Result<(), PrimesError> {
        match (self, keep) {
            (Self::Count, Keep::List) => Err(PrimesError::OnlyCounts),
            _ => Ok(()),
        }
    }

    /// Checks whether `numbers` can be divided among many machines.
    ///
    /// # Errors
    /// Those of [`check`](Self::check), and when the method visits no number.
    pub fn check_plan(self, numbers: &Range<u64>) -> Result<(), PrimesError> {
        match self {
            Self::Count => Err(PrimesError::NothingToShare),
            Self::Trial | Self::Strong | Self::Simd | Self::Sieve => self.check(numbers),
        }
    }

    /// Finds the primes among `numbers`, which [`check`](Self::check) has to accept, as
    /// [`check_keep`](Self::check_keep) has to accept `keep`.
    ///
    /// `shared_sieve` holds the base primes that all chunks share, for the sieve.
    pub fn find(self, numbers: Range<u64>, keep: Keep, shared_sieve: &SharedSieve) -> Found {
        match self {
            Self::Trial => by_trial_division(numbers, keep),
            Self::Strong => by_strong_test(numbers, keep),
            Self::Simd => keep_found(sieve::test_each(numbers), keep),
            Self::Sieve => by_sieve(numbers, keep, shared_sieve),
            Self::Count => by_counting(&numbers, keep),
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

fn by_counting(numbers: &Range<u64>, keep: Keep) -> Found {
    assert_eq!(keep, Keep::Count, "this method finds no primes that could be listed");
    let count = if numbers.is_empty() {
        0
    } else {
        primes_below(numbers.end) - primes_below(numbers.start)
    };
    Found { count, primes: Vec::new() }
}

fn primes_below(end: u64) -> u64 {
    end.checked_sub(1)
        .map_or(0, |last| sieve::prime_count(last).expect("`check` to have accepted the numbers"))
}

fn keep_found(primes: Vec<u64>, keep: Keep) -> Found {
    let count = primes.len() as u64;
    match keep {
        Keep::Count => Found { count, primes: Vec::new() },
        Keep::List => Found { count, primes },
    }
}
