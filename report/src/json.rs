//! The report as one JSON object, for graders, benches and scripts.

use std::time::Duration;

use message::printable;
use serde::Serialize;

use super::{Report, Run};
use crate::{
    Unwritten,
    timeline::{Lane, Span},
};

/// The version of the format. It changes when readers have to change.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct ReportShape<'a, Input, Answer> {
    schema: u32,
    part: &'a str,
    machine: MachineShape,
    input: &'a Input,
    runs: Vec<RunShape<'a, Answer>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    unwritten: &'a [Unwritten],
}

#[derive(Serialize)]
struct MachineShape {
    cores: usize,
}

#[derive(Serialize)]
struct RunShape<'a, Answer> {
    variant: &'a str,
    workers: usize,
    answer: &'a Answer,
    wall_ms: f64,
    cpu_ms: f64,
    speedup: Option<f64>,
    efficiency: Option<f64>,
    floor_ms: Option<f64>,
    lanes: Vec<LaneShape<'a>>,
    spans: Vec<SpanShape<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    losses: &'a [String],
}

#[derive(Serialize)]
struct LaneShape<'a> {
    pid: u32,
    thread: &'a str,
    tid: Option<u32>,
}

#[derive(Serialize)]
struct SpanShape<'a> {
    lane: usize,
    label: &'a str,
    start_us: u128,
    end_us: u128,
}

/// The report as a JSON object on one line, fit for a terminal.
///
/// Times are in milliseconds, and those of spans in microseconds since the start of their run. Unknown
/// values are null, such as a speedup without a sequential run. The `tid` of a lane is the id of its
/// thread, or null if the thread never worked.
pub fn to_json<Input: Serialize, Answer: Serialize>(
    report: &Report<Input, Answer>,
) -> serde_json::Result<String> {
    let shape = ReportShape {
        schema: SCHEMA,
        part: report.part,
        machine: MachineShape { cores: report.cores },
        input: &report.input,
        runs: report.runs.iter().map(|run| run_shape(report, run)).collect(),
        unwritten: &report.unwritten,
    };
    serde_json::to_string(&shape).map(|text| printable::json(&text))
}

fn run_shape<'a, Input, Answer>(
    report: &Report<Input, Answer>,
    run: &'a Run<Answer>,
) -> RunShape<'a, Answer> {
    RunShape {
        variant: run.variant,
        workers: run.workers,
        answer: &run.answer,
        wall_ms: millis(run.cost.wall),
        cpu_ms: millis(run.cost.cpu),
        speedup: report.speedup(run),
        efficiency: report.efficiency(run),
        floor_ms: run.floor.map(millis),
        lanes: run.timeline.lanes.iter().map(lane_shape).collect(),
        spans: run.timeline.spans.iter().map(span_shape).collect(),
        losses: &run.timeline.losses,
    }
}

fn lane_shape(lane: &Lane) -> LaneShape<'_> {
    LaneShape { pid: lane.pid, thread: &lane.thread, tid: lane.tid }
}

fn span_shape(span: &Span) -> SpanShape<'_> {
    SpanShape {
        lane: span.lane,
        label: &span.label,
        start_us: span.start.as_micros(),
        end_us: span.end.as_micros(),
    }
}

fn millis(time: Duration) -> f64 {
    time.div_duration_f64(Duration::from_millis(1))
}
