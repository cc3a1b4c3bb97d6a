//! What to do with which range, as one process tells it another.

use std::{num::NonZeroU32, ops::Range};

/// What to do, and with which numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// What to do.
    pub verb: Verb,
    /// With which numbers: half-open, and not empty.
    pub range: Range<u64>,
    /// How often, for those verbs that are repeated.
    pub repetitions: NonZeroU32,
}

/// What to do with a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Count its primes, on one thread.
    Count,
    /// Count its primes, on as many threads as there are cores.
    CountOnAllThreads,
    /// Add up its primes, one after another in their order.
    Sum,
    /// List its primes in memory, as integers of 64 bits.
    Collect,
    /// Write its primes as decimal lines.
    Lines,
    /// Count again and again, and tell what one time costs.
    CountRepeatedly,
    /// List again and again, and tell what one time costs.
    CollectRepeatedly,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 7] = [
        Self::Count,
        Self::CountOnAllThreads,
        Self::Sum,
        Self::Collect,
        Self::Lines,
        Self::CountRepeatedly,
        Self::CollectRepeatedly,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::CountOnAllThreads => "count-on-all-threads",
            Self::Sum => "sum",
            Self::Collect => "collect",
            Self::Lines => "lines",
            Self::CountRepeatedly => "count-repeatedly",
            Self::CollectRepeatedly => "collect-repeatedly",
        }
    }
}

impl Task {
    /// The arguments that a program is given, in the order in which all of them take them.
    pub fn arguments(&self) -> [String; 4] {
        [
            self.verb.name().to_owned(),
            self.range.start.to_string(),
            self.range.end.to_string(),
            self.repetitions.to_string(),
        ]
    }
}
