//! How a number is told to be prime, chosen once for a chunk and not for each number.

use std::ops::Range;

use common::primality::{is_prime_by_strong_test, is_prime_by_trial_division};
use serde::{Deserialize, Serialize};

use crate::{Found, Keep};

/// A way to find the primes among the numbers of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The lab's: trial division by odd numbers.
    Trial,
    /// The strong test of Miller and Rabin, with bases that make it a proof.
    Strong,
}

impl Method {
    /// Every method, the slowest first.
    pub const ALL: [Self; 2] = [Self::Trial, Self::Strong];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Strong => "strong",
        }
    }

    /// The primes among `numbers`.
    pub fn find(self, numbers: Range<u64>, keep: Keep) -> Found {
        match self {
            Self::Trial => check_each(numbers, keep, is_prime_by_trial_division),
            Self::Strong => check_each(numbers, keep, is_prime_by_strong_test),
        }
    }
}

fn check_each(numbers: Range<u64>, keep: Keep, is_prime: impl Fn(u64) -> bool) -> Found {
    let primes = numbers.filter(|&n| is_prime(n));
    match keep {
        Keep::Count => Found { count: primes.count() as u64, primes: Vec::new() },
        Keep::List => {
            let primes: Vec<u64> = primes.collect();
            Found { count: primes.len() as u64, primes }
        }
    }
}
