//! The sections: a set of jobs for each program that has peers.

pub mod fetching;
mod finding;
mod installed;
mod our_parts;
mod part1;
mod python;
pub mod scraping;
pub mod sieving;

use std::{io, num::NonZeroU32, path::PathBuf};

use mock_web::local_process::LocalWebError;

use self::sieving::instruction_set::InstructionSet;
use crate::{
    race::{self, Race, RaceError, RaceResult},
    trial::TrialError,
};

/// A section: a set of jobs.
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
    /// All sections, in the order of the lab's parts.
    pub const ALL: [Self; 4] = [Self::Primes, Self::Http, Self::Scrape, Self::Sieve];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Primes => "primes",
            Self::Http => "http",
            Self::Scrape => "scrape",
            Self::Sieve => "sieve",
        }
    }

    /// The name in the markers of a README: with a chosen instruction set, the section `sieve` has a
    /// block of its own for each.
    pub fn block(self, instructions: Option<InstructionSet>) -> String {
        match (self, instructions) {
            (Self::Sieve, Some(set)) => format!("{}-{}", self.name(), set.name()),
            _ => self.name().to_owned(),
        }
    }

    /// The layout of its table.
    pub(crate) fn layout(self) -> Layout {
        match self {
            Self::Sieve => Layout::ByContender,
            Self::Primes | Self::Http | Self::Scrape => Layout::ByJob,
        }
    }

    /// Runs the section's jobs with all installed contenders.
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

/// The layout of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A row for each job, with columns for each contender: for few contenders.
    ByContender,
    /// A table for each job, with a row for each contender: for many contenders.
    ByJob,
}

/// The settings of all sections.
#[derive(Clone, Debug)]
pub struct Options {
    /// The path of this program, which does a job when started with `job` and a task.
    pub this_program: PathBuf,
    /// Cargo, which builds the programs of the parts.
    pub cargo: PathBuf,
    /// The Python interpreter; its installed packages take part.
    pub python: PathBuf,
    /// Executables of primesieve beside the one in PATH.
    pub primesieves: Vec<PathBuf>,
    /// Folders of primesieve's headers and library, beside those that the compiler knows.
    pub libprimesieves: Vec<PathBuf>,
    /// The folder for compiled programs.
    pub build_folder: PathBuf,
    /// Whether `MONGODB_URI` names a server.
    pub has_database: bool,
    /// The selection of jobs.
    pub selection: Selection,
    /// Parts of titles: in the section `sieve`, only jobs with one of them are run; all, if empty.
    pub only: Vec<String>,
    /// The instruction set of our crate in the section `sieve`; its default if none.
    pub instructions: Option<InstructionSet>,
}

/// The selection of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All jobs, for a report.
    Full,
    /// Short jobs, to check that everything works.
    Quick,
}

/// The results of a section.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The contenders, ours first.
    pub contenders: Vec<String>,
    /// The software of the contenders, with versions.
    pub versions: Vec<String>,
    /// The results of the jobs.
    pub rows: Vec<RaceResult>,
    /// The contenders that are missing, and what to install.
    pub missing: Vec<String>,
    /// Remarks for readers, a sentence each.
    pub remarks: Vec<String>,
}

/// An error that prevents a report.
#[derive(Debug, thiserror::Error)]
pub enum SectionError {
    /// A race is invalid.
    #[error(transparent)]
    Race(#[from] RaceError),
    /// A peer that was named cannot take part.
    #[error("cannot use {option} {value}: {why}")]
    Peer {
        /// The option that names it.
        option: &'static str,
        /// The value of the option.
        value: String,
        /// What is wrong, and what to name instead.
        why: String,
    },
    /// No job has any of the texts in its title.
    #[error("no job has one of {only:?} in its title; without --only, all titles are shown")]
    NoJob {
        /// The texts.
        only: Vec<String>,
    },
    /// A peer is installed, and does not work as expected.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// The local web cannot be started.
    #[error(transparent)]
    Web(#[from] LocalWebError),
    /// The collection has documents that would be removed.
    #[error(
        "the collection `business` has {count} documents, which this would remove; name another \
         database in MONGODB_URI, or put .ci/with-mongod before the command"
    )]
    Documents {
        /// The number of documents.
        count: String,
    },
    /// Cargo cannot build a program of ours.
    #[error("cargo built no program {program}; try `cargo build -p {program}`")]
    Part {
        /// The program.
        program: String,
    },
    /// The folder for compiled programs cannot be used.
    #[error("cannot make the folder {folder}; run this where you may write")]
    Folder {
        /// The folder.
        folder: String,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// Runs all races, one after another.
fn race_all(
    races: &[Race],
    rounds: NonZeroU32,
    announce: fn(&str),
) -> Result<Vec<RaceResult>, SectionError> {
    let row = |race: &Race| {
        announce(&race.job);
        Ok(race::run(race, rounds, |_, trial| trial.measure())?)
    };
    races.iter().map(row).collect()
}

/// The contenders of all rows, each once, in order.
fn contenders_of(rows: &[RaceResult]) -> Vec<String> {
    let mut contenders: Vec<String> = Vec::new();
    for result in rows.iter().flat_map(|row| &row.results) {
        if !contenders.contains(&result.contender) {
            contenders.push(result.contender.clone());
        }
    }
    contenders
}
