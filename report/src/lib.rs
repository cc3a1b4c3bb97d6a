//! What a part reports: one run for each variant, with its answer, its cost and who worked when.
#![forbid(unsafe_code)]

mod html;
mod json;
mod lesson;
pub mod page;
mod scaling;
mod text;
pub mod timeline;
mod trace;

use std::{num::NonZeroUsize, thread, time::Duration};

use common::stopwatch::Cost;
use serde::Serialize;

use self::timeline::Timeline;
pub use self::{
    html::to_html,
    json::to_json,
    lesson::{Lesson, Published},
    scaling::{amdahl, karp_flatt},
    text::{human_time, to_text},
    trace::to_trace,
};

/// The variant that all others are compared with.
const BASELINE: &str = "sequential";

/// More lost workers than this are not listed one by one.
const LOSSES_MAX: usize = 10;

/// What a program of the lab reports, once for each invocation.
#[derive(Debug)]
pub struct Report<Input, Answer> {
    /// The name of the part.
    pub part: &'static str,
    /// How many cores this process may use.
    pub cores: usize,
    /// What was asked.
    pub input: Input,
    /// The variants, in the order in which they ran.
    pub runs: Vec<Run<Answer>>,
    /// The variants that a handout leaves to its reader.
    pub unwritten: Vec<Unwritten>,
}

/// A variant that a handout leaves to its reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{variant} is still to be written: {hint}")]
pub struct Unwritten {
    /// Its name on the command line.
    pub variant: &'static str,
    /// What is to be done.
    pub hint: String,
}

/// One variant's run.
#[derive(Debug)]
pub struct Run<Answer> {
    /// The variant's name on the command line.
    pub variant: &'static str,
    /// How many workers it was given.
    pub workers: usize,
    /// What it found.
    pub answer: Answer,
    /// What it cost; the wall time is without any pause that was asked for.
    pub cost: Cost,
    /// The least wall time that the latency of the outside world allows, if there is any.
    pub floor: Option<Duration>,
    /// Who worked when.
    pub timeline: Timeline,
}

impl<Answer> Run<Answer> {
    /// How many cores were busy on average: about the number of workers when CPU-bound, about 0
    /// when I/O-bound.
    pub fn busy_cores(&self) -> f64 {
        ratio(self.cost.cpu, self.cost.wall)
    }
}

impl<Input, Answer> Report<Input, Answer> {
    /// A report of what ran here.
    pub fn new(part: &'static str, input: Input, runs: Vec<Run<Answer>>) -> Self {
        Self { part, cores: cores().get(), input, runs, unwritten: Vec::new() }
    }

    /// The same report, with the variants that are still to be written.
    ///
    /// # Errors
    /// The first of them, when nothing else ran.
    pub fn with_unwritten(self, unwritten: Vec<Unwritten>) -> Result<Self, Unwritten> {
        match unwritten.first() {
            Some(first) if self.runs.is_empty() => Err(first.clone()),
            _ => Ok(Self { unwritten, ..self }),
        }
    }

    /// The sequential run, if there was one.
    pub fn baseline(&self) -> Option<&Run<Answer>> {
        self.runs.iter().find(|run| run.variant == BASELINE)
    }

    /// A sentence for each worker process that was lost, but not for more than a screen holds.
    pub fn losses(&self) -> Vec<String> {
        let of_run = |run: &'_ Run<Answer>| {
            let variant = run.variant;
            let losses = run.timeline.losses.iter();
            losses.map(|loss| format!("{variant}: {loss}")).collect::<Vec<_>>()
        };
        let mut losses: Vec<String> = self.runs.iter().flat_map(of_run).collect();
        let more = losses.len().saturating_sub(LOSSES_MAX);
        if more > 0 {
            losses.truncate(LOSSES_MAX);
            losses.push(format!("and {more} more worker processes were lost"));
        }
        losses
    }
}

/// How many cores this process may use: its affinity and its cgroup's quota, not the machine's
/// inventory. 1 if the system does not say.
pub fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// 0 when there is nothing to compare with.
fn ratio(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() { 0.0 } else { part.div_duration_f64(whole) }
}
