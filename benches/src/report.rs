//! What a run came to, and the occasion; as Markdown and as JSON.

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

/// What a run came to, and the occasion.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it came to.
    pub chapters: Vec<Chapter>,
    /// The occasion.
    pub conditions: Conditions,
}

/// What one set of jobs came to.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The set of jobs.
    pub section: Section,
    /// What they came to.
    pub outcome: Outcome,
}

/// What the numbers depend on.
#[derive(Clone, Debug)]
pub struct Conditions {
    /// What was typed, and when.
    pub run_info: RunInfo,
    /// How often each job was done by each contender.
    pub rounds: NonZeroU32,
    /// On which machine.
    pub machine: Machine,
    /// Less memory than this cannot be measured.
    pub memory_bytes_min: u64,
}

/// Our time by theirs, below 1 where ours is quicker; none if this is ours.
fn ratio(
    results: &[Timings],
    theirs: &Timings,
    times: impl Fn(&Timings) -> Vec<Duration>,
) -> Option<Spread<f64>> {
    let ours = results.first().filter(|ours| ours.contender != theirs.contender)?;
    spread::of_ratios(&times(ours), &times(theirs))
}
