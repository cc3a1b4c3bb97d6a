//! Renders the report as one JSON object.

use std::time::Duration;

use serde::Serialize;

use super::{Chapter, Report, ratio};
use crate::{
    race::{Limit, RaceResult, Timings},
    spread::{self, Spread},
};

/// The schema version, which changes with incompatible changes.
const SCHEMA: u32 = 2;

#[derive(Serialize)]
struct ReportShape<'a> {
    schema: u32,
    date: &'a str,
    command: &'a str,
    machine: MachineShape<'a>,
    rounds: u32,
    memory_bytes_min: u64,
    sections: Vec<SectionShape<'a>>,
}

#[derive(Serialize)]
struct MachineShape<'a> {
    processor: &'a str,
    cores: usize,
}

#[derive(Serialize)]
struct SectionShape<'a> {
    section: &'a str,
    contenders: &'a [String],
    versions: &'a [String],
    missing: &'a [String],
    jobs: Vec<JobShape<'a>>,
}

#[derive(Serialize)]
struct JobShape<'a> {
    job: &'a str,
    limit: Option<String>,
    floor_ms: Option<f64>,
    answer: &'a str,
    results: Vec<ResultShape<'a>>,
}

#[derive(Serialize)]
struct ResultShape<'a> {
    contender: &'a str,
    wall_ms_median: Option<f64>,
    cpu_ms_median: Option<f64>,
    memory_bytes_max: Option<u64>,
    wall_ms: Vec<f64>,
    cpu_ms: Vec<f64>,
    memory_bytes: Vec<u64>,
    wall_ratio: Option<RatioShape>,
    cpu_ratio: Option<RatioShape>,
}

#[derive(Serialize)]
struct RatioShape {
    median: f64,
    min: f64,
    max: f64,
}

/// The report as a JSON object over several lines that ends with a newline.
///
/// Times are in milliseconds, one for each round, in order. A ratio is the time of the first
/// contender, which is ours, by theirs; the first has none.
///
/// # Errors
/// Never, as far as we know: all keys are text.
pub fn to_json(report: &Report) -> serde_json::Result<String> {
    let conditions = &report.conditions;
    let shape = ReportShape {
        schema: SCHEMA,
        date: &conditions.run_info.date,
        command: &conditions.run_info.command,
        machine: MachineShape {
            processor: &conditions.machine.processor,
            cores: conditions.machine.cores.get(),
        },
        rounds: conditions.rounds.get(),
        memory_bytes_min: conditions.memory_bytes_min,
        sections: report.chapters.iter().map(section).collect(),
    };
    Ok(serde_json::to_string_pretty(&shape)? + "\n")
}

fn section(chapter: &Chapter) -> SectionShape<'_> {
    let outcome = &chapter.outcome;
    SectionShape {
        section: chapter.section.name(),
        contenders: &outcome.contenders,
        versions: &outcome.versions,
        missing: &outcome.missing,
        jobs: outcome.rows.iter().map(job).collect(),
    }
}

fn job(row: &RaceResult) -> JobShape<'_> {
    JobShape {
        job: &row.job,
        limit: row.limit.map(|limit| limit.to_string()),
        floor_ms: row.limit.and_then(Limit::floor).map(in_ms),
        answer: &row.answer,
        results: row.results.iter().map(|timings| result(row, timings)).collect(),
    }
}

fn result<'a>(row: &RaceResult, timings: &'a Timings) -> ResultShape<'a> {
    let (wall, cpu) = (timings.wall(), timings.cpu());
    let median = |times| spread::of_times(times).map(|times| in_ms(times.median));
    let each = |times: &[Duration]| times.iter().copied().map(in_ms).collect();
    let ratio = |times: fn(&Timings) -> Vec<Duration>| {
        let Spread { median, min, max } = ratio(&row.results, timings, times)?;
        Some(RatioShape { median, min, max })
    };
    ResultShape {
        contender: &timings.contender,
        wall_ms_median: median(&wall),
        cpu_ms_median: median(&cpu),
        memory_bytes_max: timings.memory_bytes_max(),
        wall_ms: each(&wall),
        cpu_ms: each(&cpu),
        memory_bytes: timings.costs.iter().map(|cost| cost.memory_bytes).collect(),
        wall_ratio: ratio(Timings::wall),
        cpu_ratio: ratio(Timings::cpu),
    }
}

fn in_ms(time: Duration) -> f64 {
    time.div_duration_f64(Duration::from_millis(1))
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::{super::fixture, *};
    use crate::sections::Section;

    #[test]
    fn a_report_is_an_object() {
        expect_file!["fixture.json"]
            .assert_eq(&to_json(&fixture::report(Section::Primes, 1)).expect("text"));
    }
}
