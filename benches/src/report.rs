//! The report of a comparison, as Markdown and as JSON.

#[cfg(test)]
mod fixture;
mod json;
mod markdown;

use std::{num::NonZeroU32, time::Duration};

pub use self::{json::to_json, markdown::to_markdown};
use crate::{
    RunInfo,
    machine::Machine,
    race::Timings,
    sections::{Outcome, Section},
    spread::{self, Spread},
};

/// The report of a comparison.
#[derive(Clone, Debug)]
pub struct Report {
    /// The results of each section.
    pub chapters: Vec<Chapter>,
    /// The conditions of the run.
    pub conditions: Conditions,
}

/// The results of one section.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The section.
    pub section: Section,
    /// The results.
    pub outcome: Outcome,
}

/// The conditions on which the numbers depend.
#[derive(Clone, Debug)]
pub struct Conditions {
    /// The command and the date.
    pub run_info: RunInfo,
    /// The number of rounds.
    pub rounds: NonZeroU32,
    /// The machine.
    pub machine: Machine,
    /// The least memory that can be measured.
    pub memory_bytes_min: u64,
}

/// The ratio of our time to theirs, below 1 where ours is faster; none for ours.
fn ratio(
    results: &[Timings],
    theirs: &Timings,
    times: impl Fn(&Timings) -> Vec<Duration>,
) -> Option<Spread<f64>> {
    let ours = results.first().filter(|ours| ours.contender != theirs.contender)?;
    spread::of_ratios(&times(ours), &times(theirs))
}
