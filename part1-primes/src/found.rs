//! The primes that were found in a chunk, and how results of neighbouring chunks are merged.

use serde::{Deserialize, Serialize};

/// The primes of a range, or how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// How many primes there are.
    pub count: u64,
    /// The primes, in order; empty if they were only counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub primes: Vec<u64>,
}

/// Whether the primes themselves are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// Keep them all.
    List,
    /// Keep only their number.
    Count,
}

/// The answer in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// How many primes there are.
    pub count: u64,
    /// Their sum; null if they were only counted.
    pub sum: Option<u128>,
}

impl Found {
    /// Merges the primes of two ranges; `self` belongs to the lower one.
    #[must_use]
    pub fn merge(mut self, higher: Self) -> Self {
        self.count += higher.count;
        if self.primes.is_empty() {
            self.primes = higher.primes;
        } else {
            self.primes.extend(higher.primes);
        }
        self
    }

    /// The sum of the primes that were kept.
    pub fn sum(&self) -> u128 {
        self.primes.iter().map(|&prime| u128::from(prime)).sum()
    }
}

impl FromIterator<Self> for Found {
    /// Merges results that come in the order of their ranges.
    fn from_iter<Finds: IntoIterator<Item = Self>>(finds: Finds) -> Self {
        finds.into_iter().fold(Self::default(), Self::merge)
    }
}
