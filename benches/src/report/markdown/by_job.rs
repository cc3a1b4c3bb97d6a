//! The layout with a table for each job and a row for each contender: cost and ratio.

use std::fmt::Write as _;

use super::{median_time, or_nothing, ratio_text, table};
use crate::{
    race::{RaceResult, Timings},
    report::{Chapter, Conditions, ratio},
};

pub(super) const LEGEND: &str = "Whole processes, measured from outside: wall and CPU time (user \
     and kernel, all threads and processes) are medians of ROUNDS; memory is the most that was \
     resident in the largest process. A ratio is the time of the first line by that of this one \
     in the same round: median (min–max); below 1, the first line is quicker.";

const HEADER: [&str; 6] =
    ["who", "wall", "CPU", "memory", "wall: first / this", "CPU: first / this"];

pub(super) fn tables(chapter: &Chapter, conditions: &Conditions) -> String {
    let mut text = String::new();
    for row in &chapter.outcome.rows {
        let limit = row.limit.map(|limit| format!(" ({limit})")).unwrap_or_default();
        let _ = writeln!(text, "**{}**{limit}\n", row.job);
        let lines: Vec<Vec<String>> =
            row.results.iter().map(|timings| line(row, timings, conditions)).collect();
        text += &table(&HEADER.map(str::to_owned), &lines);
    }
    text
}

fn line(row: &RaceResult, timings: &Timings, conditions: &Conditions) -> Vec<String> {
    let ratio = |times: fn(&Timings) -> Vec<std::time::Duration>| {
        let ratio = ratio(&row.results, timings, times)?;
        Some(ratio_text(ratio, timings.costs.len()))
    };
    let memory =
        timings.memory_bytes_max().map(|bytes| human_memory(bytes, conditions.memory_bytes_min));
    let cells = [
        Some(timings.contender.clone()),
        median_time(&timings.wall()),
        median_time(&timings.cpu()),
        memory,
        ratio(Timings::wall),
        ratio(Timings::cpu),
    ];
    cells.map(or_nothing).into()
}

/// Memory in megabytes; up to `bytes_min`, only that limit is known.
fn human_memory(bytes: u64, bytes_min: u64) -> String {
    const BYTES: u64 = 1_000_000;
    let is_bound = bytes <= bytes_min;
    let bytes = bytes.max(bytes_min);
    let at_most = if is_bound { "≤ " } else { "" };
    format!("{at_most}{} MB", bytes.div_ceil(BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_below_the_measurable_minimum_is_a_bound() {
        let check = |bytes, expected| assert_eq!(human_memory(bytes, 6_100_000), expected);
        check(1, "≤ 7 MB");
        check(6_100_000, "≤ 7 MB");
        check(6_200_000, "7 MB");
        check(123_000_000, "123 MB");
    }
}
