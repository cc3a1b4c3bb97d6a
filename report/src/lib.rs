//! The report of a part: one run for each variant, with its answer, its cost and its timeline.
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
    text::{human_time, long_time, to_text},
    trace::to_trace,
};

/// The baseline: the variant with which all other variants are compared.
const BASELINE: &str = "sequential";

/// If more workers are lost, they are not listed one by one.
const LOSSES_MAX: usize = 10;

/// The report of a program of the lab, one for each invocation.
#[derive(Debug)]
pub struct Report<Input, Answer> {
    /// The name of the part.
    pub part: &'static str,
    /// The number of cores that this process may use.
    pub cores: usize,
    /// The input of the runs.
    pub input: Input,
    /// The variants, in the order in which they ran.
    pub runs: Vec<Run<Answer>>,
    /// The variants that are still unimplemented exercises.
    pub unwritten: Vec<Unwritten>,
}

/// A variant that is still an unimplemented exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{variant} is still to be written: {hint}")]
pub struct Unwritten {
    /// Its name on the command line.
    pub variant: &'static str,
    /// The hint of the exercise.
    pub hint: String,
}

/// The run of one variant.
#[derive(Debug)]
pub struct Run<Answer> {
    /// The variant's name on the command line.
    pub variant: &'static str,
    /// The number of its workers.
    pub workers: usize,
    /// Its answer.
    pub answer: Answer,
    /// Its cost; the wall time is without a requested pause.
    pub cost: Cost,
    /// The floor: the least wall time that the latency of the host allows, if there is a host.
    pub floor: Option<Duration>,
    /// Its timeline.
    pub timeline: Timeline,
}

impl<Answer> Run<Answer> {
    /// The average number of busy cores: about the number of workers for CPU-bound work, and about 0
    /// for I/O-bound work.
    pub fn busy_cores(&self) -> f64 {
        ratio(self.cost.cpu, self.cost.wall)
    }
}

impl<Input, Answer> Report<Input, Answer> {
    /// A report on these runs, on this machine.
    pub fn new(part: &'static str, input: Input, runs: Vec<Run<Answer>>) -> Self {
        Self { part, cores: cores().get(), input, runs, unwritten: Vec::new() }
    }

    /// The same report, with the variants that are still unimplemented.
    ///
    /// # Errors
    /// The first of them, if no variant ran.
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

    /// A sentence for each lost worker process, but at most as many as a screen shows.
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

/// The number of cores that this process may use, by its affinity and the quota of its cgroup. The
/// machine may have more. 1 if the system does not say.
pub fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// 0 if there is nothing to compare with.
fn ratio(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() { 0.0 } else { part.div_duration_f64(whole) }
}
