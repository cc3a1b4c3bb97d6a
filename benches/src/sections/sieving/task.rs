//! A task on a range, which one process passes to another.

use std::{num::NonZeroU32, ops::Range};

/// A task on a range of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The verb.
    pub verb: Verb,
    /// The range: half-open, and not empty.
    pub range: Range<u64>,
    /// The repetitions, for verbs that repeat.
    pub repetitions: NonZeroU32,
}

/// The verb of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Count its primes, on one thread.
    Count,
    /// Count its primes, on as many threads as there are cores.
    CountOnAllThreads,
    /// Count its primes without a sieve; it starts at zero.
    PrimeCount,
    /// Add up its primes, one after another in their order.
    Sum,
    /// The same in a `for` loop.
    SumByFor,
    /// List its primes in memory, as integers of 64 bits.
    Collect,
    /// Write its primes as decimal lines.
    Lines,
    /// Count repeatedly, and report the time of one count.
    CountRepeatedly,
    /// List repeatedly, and report the time of one list.
    CollectRepeatedly,
    /// Add up the first primes from its start on, as many as it has numbers, repeatedly, and report
    /// the time of one sum.
    SumFirstRepeatedly,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Self; 10] = [
        Self::Count,
        Self::CountOnAllThreads,
        Self::PrimeCount,
        Self::Sum,
        Self::SumByFor,
        Self::Collect,
        Self::Lines,
        Self::CountRepeatedly,
        Self::CollectRepeatedly,
        Self::SumFirstRepeatedly,
    ];

    /// Whether it is repeated within one process, which reports the time itself.
    pub fn is_repeated(self) -> bool {
        matches!(self, Self::CountRepeatedly | Self::CollectRepeatedly | Self::SumFirstRepeatedly)
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::CountOnAllThreads => "count-on-all-threads",
            Self::PrimeCount => "prime-count",
            Self::Sum => "sum",
            Self::SumByFor => "sum-by-for",
            Self::Collect => "collect",
            Self::Lines => "lines",
            Self::CountRepeatedly => "count-repeatedly",
            Self::CollectRepeatedly => "collect-repeatedly",
            Self::SumFirstRepeatedly => "sum-first-repeatedly",
        }
    }
}

impl Task {
    /// The arguments that programs take for the task.
    pub fn arguments(&self) -> [String; 4] {
        [
            self.verb.name().to_owned(),
            self.range.start.to_string(),
            self.range.end.to_string(),
            self.repetitions.to_string(),
        ]
    }
}
