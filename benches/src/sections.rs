//! The sets of jobs, one for each thing that has peers.

pub mod fetching;
mod finding;
mod installed;
mod our_parts;
mod python;
pub mod scraping;
pub mod sieving;

use std::{io, num::NonZeroU32, path::PathBuf};

use mock_web::local_process::LocalWebError;

use crate::{
    race::{self, Race, RaceError, Row},
    trial::TrialError,
};

/// A set of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Primes of a range, by the program of part 1.
    Primes,
    /// Items of Hacker News, by the program of part 2.
    Http,
    /// Businesses of Yelp, by the program of part 3.
    Scrape,
    /// Primes of ranges, by our crate `sieve`.
    Sieve,
}

impl Section {
    /// All, in the order of the lab's parts.
    pub const ALL: [Self; 4] = [Self::Primes, Self::Http, Self::Scrape, Self::Sieve];

    /// Its name on the command line, and in the markers of a README.
    pub fn name(self) -> &'static str {
        match self {
            Self::Primes => "primes",
            Self::Http => "http",
            Self::Scrape => "scrape",
            Self::Sieve => "sieve",
        }
    }

    /// How its table is laid out.
    pub(crate) fn layout(self) -> Layout {
        match self {
            Self::Sieve => Layout::ByContender,
            Self::Primes | Self::Http | Self::Scrape => Layout::ByJob,
        }
    }

    /// Lets everyone who is there do each job that they can.
    ///
    /// # Errors
    /// When a peer that was asked for is not there, a contender fails, or two of them disagree.
    pub(crate) fn run(
        self,
        options: &Options,
        rounds: NonZeroU32,
        announce: fn(&str),
    ) -> Result<Outcome, SectionError> {
        match self {
            Self::Primes => finding::run(options, rounds, announce),
            Self::Http => fetching::run(options, rounds, announce),
            Self::Scrape => scraping::run(options, rounds, announce),
            Self::Sieve => sieving::run(options, rounds, announce),
        }
    }
}

/// How a table is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A line for each job, with columns for each contender: for a few of them at much the same.
    ByContender,
    /// A table for each job, with a line for each contender: for many of them.
    ByJob,
}

/// The settings of all sections.
#[derive(Clone, Debug)]
pub struct Options {
    /// This program, which does a job when it is started with `job` and a task.
    pub this_program: PathBuf,
    /// Cargo, which makes the programs of the parts.
    pub cargo: PathBuf,
    /// A Python; what is installed for it takes part.
    pub python: PathBuf,
    /// Executables of primesieve beside the one in PATH.
    pub primesieves: Vec<PathBuf>,
    /// Folders of primesieve's headers and library, beside those that the compiler knows.
    pub libprimesieves: Vec<PathBuf>,
    /// Where to put what is compiled.
    pub build_folder: PathBuf,
    /// Whether `MONGODB_URI` names a server.
    pub has_database: bool,
    /// Which jobs.
    pub selection: Selection,
}

/// Which jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All, for a report.
    Full,
    /// Those that take moments, to see that everything works.
    Quick,
}

/// What the jobs of a section came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Who took part, ours first.
    pub contenders: Vec<String>,
    /// What they are made of, each with its version.
    pub versions: Vec<String>,
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
    /// There is nothing to fetch from.
    #[error(transparent)]
    Web(#[from] LocalWebError),
    /// The database is somebody's.
    #[error(
        "the collection `business` has {count} documents, which this would remove; name another \
         database in MONGODB_URI, or put .ci/with-mongod before the command"
    )]
    Documents {
        /// How many there are.
        count: String,
    },
    /// Cargo made no program of ours.
    #[error("cargo made no program {program}; try `cargo build -p {program}`")]
    Part {
        /// The program.
        program: String,
    },
    /// There is no place for what is compiled on the spot.
    #[error("cannot make the folder {folder}; run this from a place where you may write")]
    Folder {
        /// The folder.
        folder: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Lets everyone do their jobs, one job after another.
fn race_all(
    races: &[Race],
    rounds: NonZeroU32,
    announce: fn(&str),
) -> Result<Vec<Row>, SectionError> {
    let row = |race: &Race| {
        announce(&race.job);
        Ok(race::run(race, rounds, |_, trial| trial.measure())?)
    };
    races.iter().map(row).collect()
}

/// All who did something, each once, in the order of their first appearance.
fn contenders_of(rows: &[Row]) -> Vec<String> {
    let mut contenders: Vec<String> = Vec::new();
    for result in rows.iter().flat_map(|row| &row.results) {
        if !contenders.contains(&result.contender) {
            contenders.push(result.contender.clone());
        }
    }
    contenders
}
