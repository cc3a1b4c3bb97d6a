//! The exam of part 1: primes to find, in numbers whose primes the examiner decides.

use std::num::{NonZeroU64, NonZeroUsize};

use serde::{Deserialize, Serialize};

/// Declares an enum, and all of its values in a list.
macro_rules! listed {
    ($(#[$attribute:meta])* pub enum $Name:ident { $($(#[$line:meta])* $Value:ident,)+ }) => {
        $(#[$attribute])*
        pub enum $Name { $($(#[$line])* $Value,)+ }

        impl $Name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$Value),+];
        }
    };
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assignment {
    /// Threads find what the examiner says of each chunk.
    Parallel(Job),
    /// Worker processes find it.
    Processes(Job),
    /// A worker as the part has it does these tasks, with real primes.
    Worker(Vec<Task>),
    /// Threads find real primes, for the examiner's clock.
    Timed(Job),
}

/// The numbers from `from` up to, and without, `to`, in chunks for some workers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The first number.
    pub from: u64,
    /// The end of the numbers, itself left out.
    pub to: u64,
    /// How many numbers a worker takes at a time.
    pub chunk: NonZeroU64,
    /// How many threads or processes share the work.
    pub workers: NonZeroUsize,
}

/// A task of a worker process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The first number.
    pub from: u64,
    /// The end of the numbers, itself left out.
    pub to: u64,
    /// How the primes are found.
    pub method: Method,
    /// Whether they are listed.
    pub keep: Keep,
}

listed! {
    /// How primes are found.
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
    /// Whether primes are listed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Keep {
        /// All of them are kept.
        List,
        /// Only their number is kept.
        Count,
    }
}

/// What is found in some numbers: the answer to a piece of work, and the result of a job or a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// How many primes there are.
    pub count: u64,
    /// The primes, if they are listed.
    pub primes: Vec<u64>,
}

/// What is handed in: one result for a job, or one for each task; an error in words.
pub type TaskResults = Vec<Result<Found, String>>;
