//! The sets of jobs, one for each thing that has peers.

pub mod sieving;

use std::io;

use crate::{
    race::{RaceError, Row},
    trial::TrialError,
};

/// A set of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Primes of a range: our crate `sieve` beside primesieve and the crate `primal`.
    Sieve,
}

impl Section {
    /// Its name on the command line, and in the markers of a README.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sieve => "sieve",
        }
    }
}

/// What the jobs of a section came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Who took part, ours first, each with its version.
    pub contenders: Vec<String>,
    /// The jobs.
    pub rows: Vec<Row>,
    /// Who did not take part, and what to install.
    pub missing: Vec<String>,
    /// What else a reader has to know, as a sentence each.
    pub remarks: Vec<String>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum SectionError {
    /// A job has no result that can be relied on.
    #[error(transparent)]
    Race(#[from] RaceError),
    /// A peer that was asked for cannot take part.
    #[error("{option} {value} gives no peer: {why}")]
    Peer {
        /// The option that names it.
        option: &'static str,
        /// What it names.
        value: String,
        /// What is wrong, and what to name instead.
        why: String,
    },
    /// A peer is there, but not as it should be.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// There is no place for what is compiled on the spot.
    #[error("cannot make the folder {folder}; run this from a place where you may write")]
    Folder {
        /// The folder.
        folder: String,
        /// What the system said.
        source: io::Error,
    },
}
