//! The report as one JSON object, for whoever wants more than the table has.

use std::time::Duration;

use common::stopwatch::Cost;
use serde::Serialize;

use super::{Report, ratio};
use crate::{
    race::{Row, Timings},
    spread::{self, Spread},
};

/// The version of the shape below; it changes when a reader would have to.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct ReportShape<'a> {
    schema: u32,
    section: &'a str,
    date: &'a str,
    command: &'a str,
    machine: MachineShape<'a>,
    rounds: u32,
    contenders: &'a [String],
    missing: &'a [String],
    jobs: Vec<JobShape<'a>>,
}

#[derive(Serialize)]
struct MachineShape<'a> {
    processor: &'a str,
    cores: usize,
}

#[derive(Serialize)]
struct JobShape<'a> {
    job: &'a str,
    answer: &'a str,
    results: Vec<ResultShape<'a>>,
}

#[derive(Serialize)]
struct ResultShape<'a> {
    contender: &'a str,
    cpu_ms_median: Option<f64>,
    cpu_ms: Vec<f64>,
    wall_ms: Vec<f64>,
    ratio: Option<RatioShape>,
}

#[derive(Serialize)]
struct RatioShape {
    median: f64,
    min: f64,
    max: f64,
}

/// The report as a JSON object over several lines that ends with a newline.
///
/// Times are in milliseconds, one for each round, in order. A ratio is our CPU time by theirs; ours
/// has none.
///
/// # Errors
/// Never, as far as we know: all keys are text.
pub fn to_json(report: &Report) -> serde_json::Result<String> {
    let conditions = &report.conditions;
    let shape = ReportShape {
        schema: SCHEMA,
        section: report.section.name(),
        date: &conditions.occasion.date,
        command: &conditions.occasion.command,
        machine: MachineShape {
            processor: &conditions.machine.processor,
            cores: conditions.machine.cores.get(),
        },
        rounds: conditions.rounds.get(),
        contenders: &report.outcome.contenders,
        missing: &report.outcome.missing,
        jobs: report.outcome.rows.iter().map(job).collect(),
    };
    Ok(serde_json::to_string_pretty(&shape)? + "\n")
}

fn job(row: &Row) -> JobShape<'_> {
    let results = row.results.iter().map(|timings| result(row, timings)).collect();
    JobShape { job: &row.job, answer: &row.answer, results }
}

fn result<'a>(row: &Row, timings: &'a Timings) -> ResultShape<'a> {
    let each =
        |time: fn(&Cost) -> Duration| timings.costs.iter().map(|cost| in_ms(time(cost))).collect();
    let median = spread::of_times(&timings.cpu()).map(|times| in_ms(times.median));
    let ratio = ratio(&row.results, timings).map(|Spread { median, min, max }| RatioShape {
        median,
        min,
        max,
    });
    ResultShape {
        contender: &timings.contender,
        cpu_ms_median: median,
        cpu_ms: each(|cost| cost.cpu),
        wall_ms: each(|cost| cost.wall),
        ratio,
    }
}

fn in_ms(time: Duration) -> f64 {
    time.div_duration_f64(Duration::from_millis(1))
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::{super::fixture, *};

    #[test]
    fn a_report_is_an_object() {
        expect_file!["fixture.json"].assert_eq(&to_json(&fixture::report(1)).expect("text"));
    }
}
