//! The exam of part 1: the examiner decides which numbers are primes.

use std::num::{NonZeroU64, NonZeroUsize};

use serde::{Deserialize, Serialize};

/// Declares an enum and the list of its values.
macro_rules! listed {
    ($(#[$attribute:meta])* pub enum $Name:ident { $($(#[$line:meta])* $Value:ident,)+ }) => {
        $(#[$attribute])*
        pub enum $Name { $($(#[$line])* $Value,)+ }

        impl $Name {
            /// All values.
            pub const ALL: &[Self] = &[$(Self::$Value),+];
        }
    };
}

/// The assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assignment {
    /// Threads find primes, with the examiner's results for each chunk.
    Parallel(Job),
    /// Worker processes find primes, with the examiner's results.
    Processes(Job),
    /// A worker process of the part does these tasks, with real primes.
    Worker(Vec<Task>),
    /// Threads find real primes, while the examiner measures the time.
    Timed(Job),
}

/// A range of numbers, divided into chunks for some workers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The first number.
    pub from: u64,
    /// The end of the range, exclusive.
    pub to: u64,
    /// The number of numbers in a chunk.
    pub chunk: NonZeroU64,
    /// The number of threads or processes.
    pub workers: NonZeroUsize,
}

/// A task of a worker process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The first number.
    pub from: u64,
    /// The end of the range, exclusive.
    pub to: u64,
    /// The method for finding primes.
    pub method: Method,
    /// Whether primes are listed or only counted.
    pub keep: Keep,
}

listed! {
    /// A method for finding primes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Method {
        /// By trial division.
        Trial,
        /// By the strong test.
        Strong,
        /// By the strong test of many numbers at once.
        Simd,
        /// By the sieve.
        Sieve,
    }
}

listed! {
    /// Whether primes are listed or only counted.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Keep {
        /// The primes are listed.
        List,
        /// The primes are counted.
        Count,
    }
}

/// The primes in a range: the answer to a piece of work, or the result of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The number of primes.
    pub count: u64,
    /// The primes, if they are listed.
    pub primes: Vec<u64>,
}

/// The result of the exam: one for a job, or one for each task.
pub type TaskResults = Vec<Result<Found, String>>;
