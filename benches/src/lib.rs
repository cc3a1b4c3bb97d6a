//! Compares the lab's programs with programs that people would use instead, in one run.
//!
//! A section is a set of jobs. Contenders do a job in turns, each in its own process, and all have to
//! find the same answer. The report has the cost of each process, measured from outside in the same way
//! for all. It also has the ratio of our cost to theirs within each round.
#![forbid(unsafe_code)]

mod answer_format;
mod child;
pub mod machine;
pub mod markdown_table;
pub mod measurement;
pub mod race;
pub mod report;
pub mod sections;
pub mod spread;
pub mod trial;

use std::num::NonZeroU32;

pub use self::answer_format::AnswerFormat;
use crate::{
    report::{Chapter, Conditions, Report},
    sections::{Options, Section, SectionError},
};

/// The settings of a comparison.
#[derive(Debug)]
pub struct Settings {
    /// The sets of jobs.
    pub sections: Vec<Section>,
    /// Their settings.
    pub options: Options,
    /// The number of rounds.
    pub rounds: NonZeroU32,
    /// The command line and the date.
    pub run_info: RunInfo,
    /// A callback at the beginning of each job.
    pub announce: fn(&str),
}

/// The command and the date of a run, which the report quotes.
#[derive(Clone, Debug)]
pub struct RunInfo {
    /// The command that does the same again.
    pub command: String,
    /// The day, as `2026-11-22`.
    pub date: String,
}

/// Finds the contenders, runs the races, and reports.
///
/// # Errors
/// When a peer that was asked for is not there, a contender fails, or two of them disagree.
pub fn run(settings: &Settings) -> Result<Report, SectionError> {
    let mut chapters = Vec::new();
    for section in settings.sections.iter().copied() {
        let outcome = section.run(&settings.options, settings.rounds, settings.announce)?;
        chapters.push(Chapter { section, outcome });
    }
    Ok(Report {
        chapters,
        conditions: Conditions {
            run_info: settings.run_info.clone(),
            rounds: settings.rounds,
            machine: machine::of_this_process(),
            memory_bytes_min: child::memory_bytes_of_this_process(),
        },
    })
}
