//! What a merge prints: the missing shards for people, and the JSON of a report.

use std::{fmt::Write as _, time::Duration};

use message::printable;
use serde::Serialize;

use crate::{Defect, Plan, Work, ranges};

/// The version of the JSON below; it changes when a reader would have to.
const JSON_SCHEMA: u32 = 1;

/// The most shards that a text lists one by one.
const DEFECTS_SHOWN_MAX: usize = 10;

/// Says which shards are missing, and why those with a result are.
pub fn missing_text(missing: &[(u64, Defect)], shards: u64) -> String {
    let numbers: Vec<u64> = missing.iter().map(|(shard, _)| *shard).collect();
    let mut text = format!(
        "no answer: {} of {shards} shards are missing, or not done yet: {}\n",
        missing.len(),
        ranges(&numbers)
    );
    let damaged = missing.iter().filter(|(_, defect)| *defect != Defect::Absent);
    for (shard, defect) in damaged.clone().take(DEFECTS_SHOWN_MAX) {
        let _ = writeln!(text, "shard {shard}: {}", printable::line(&defect.to_string()));
    }
    let more = damaged.count().saturating_sub(DEFECTS_SHOWN_MAX);
    if more > 0 {
        let _ = writeln!(text, "and {more} more");
    }
    text
}

/// The answer has the place and the shape that it has in a report of one machine.
#[derive(Serialize)]
struct MergedShape<'a, W, Answer> {
    schema: u32,
    part: &'a str,
    input: &'a W,
    shards: u64,
    missing: Vec<u64>,
    runs: Vec<RunShape<'a, Answer>>,
}

#[derive(Serialize)]
struct RunShape<'a, Answer> {
    variant: &'a str,
    answer: &'a Answer,
    cpu_ms: f64,
}

/// The merged results as one JSON object on a line; there is no answer if shards are missing.
///
/// # Errors
/// When an answer cannot be written as JSON.
pub fn merged_json<W: Work>(
    plan: &Plan<W>,
    missing: &[(u64, Defect)],
    answer: Option<&impl Serialize>,
    cpu: Duration,
) -> serde_json::Result<String> {
    let run = |answer| RunShape {
        variant: "shards",
        answer,
        cpu_ms: cpu.div_duration_f64(Duration::from_millis(1)),
    };
    let shape = MergedShape {
        schema: JSON_SCHEMA,
        part: W::PROGRAM,
        input: &plan.work,
        shards: plan.shards.get(),
        missing: missing.iter().map(|(shard, _)| *shard).collect(),
        runs: answer.into_iter().map(run).collect(),
    };
    Ok(serde_json::to_string(&shape)? + "\n")
}
