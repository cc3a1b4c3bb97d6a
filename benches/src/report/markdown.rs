//! The report as Markdown: a table, and what has to be known to read it.

use std::fmt::Write as _;

use common::report::human_time;

use super::{Report, ratio};
use crate::{
    race::{Row, Timings},
    spread::{self, Spread},
};

/// For a contender who does not do a job.
const NOTHING: &str = "–";

/// A table of all jobs, and the notes below it; ends with a newline.
pub fn to_markdown(report: &Report) -> String {
    let mut text = String::new();
    let contenders = &report.outcome.contenders;
    let peers = contenders.get(1..).unwrap_or_default();
    let mut header = vec!["job".to_owned()];
    header.extend(contenders.iter().map(|contender| format!("{contender}, CPU time")));
    header.extend(peers.iter().map(|peer| format!("ours / {peer}")));
    add_line(&mut text, &header);
    add_line(&mut text, &alignments(header.len()));
    for row in &report.outcome.rows {
        let result_of = |name: &String| row.results.iter().find(|result| result.contender == *name);
        let mut cells = vec![row.job.clone()];
        cells.extend(contenders.iter().map(|name| or_nothing(result_of(name).and_then(cpu_time))));
        cells.extend(
            peers
                .iter()
                .map(|name| or_nothing(result_of(name).and_then(|timings| ratio_of(row, timings)))),
        );
        add_line(&mut text, &cells);
    }
    for note in notes(report) {
        let _ = write!(text, "\n- {note}");
    }
    text.replacen("\n- ", "\n\n- ", 1) + "\n"
}

fn add_line(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let newline = if text.is_empty() { "" } else { "\n" };
    let _ = write!(text, "{newline}| {} |", cells.join(" | "));
}

/// Numbers stand to the right.
fn alignments(columns: usize) -> Vec<String> {
    (0..columns).map(|column| if column == 0 { "---" } else { "---:" }.to_owned()).collect()
}

fn or_nothing(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| NOTHING.to_owned())
}

fn cpu_time(timings: &Timings) -> Option<String> {
    spread::of_times(&timings.cpu()).map(|times| human_time(times.median))
}

fn ratio_of(row: &Row, timings: &Timings) -> Option<String> {
    let Spread { median, min, max } = ratio(&row.results, timings)?;
    Some(match timings.costs.len() {
        1 => format!("{median:.2}"),
        _ => format!("{median:.2} ({min:.2}–{max:.2})"),
    })
}

fn notes(report: &Report) -> Vec<String> {
    let conditions = &report.conditions;
    let rounds = match conditions.rounds.get() {
        1 => "one round, which says little".to_owned(),
        rounds => format!("{rounds} rounds of all in turns"),
    };
    let mut notes = vec![format!(
        "CPU time (user and kernel, all threads) is the median of {rounds}. A ratio is our CPU \
             time by theirs in the same round: median (min–max); below 1, ours is quicker."
    )];
    notes.extend(report.outcome.remarks.iter().cloned());
    notes.push(format!(
        "{}, {} with {} cores; {}: `{}`.",
        conditions.occasion.date,
        conditions.machine.processor,
        conditions.machine.cores,
        report.outcome.contenders.join(", "),
        conditions.occasion.command,
    ));
    notes.extend(report.outcome.missing.iter().map(|missing| format!("Left out: {missing}.")));
    notes
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{super::fixture, *};

    #[test]
    fn a_report_is_a_table_with_notes() {
        expect![[r#"
            | job | sieve 0.1.0, CPU time | other 2.0, CPU time | third 3, CPU time | ours / other 2.0 | ours / third 3 |
            | --- | ---: | ---: | ---: | ---: | ---: |
            | count to 10 | 21.0 ms | 41.0 ms | 2.00 s | 0.51 (0.50–0.52) | 0.01 (0.01–0.01) |
            | count 1\|2 | 1.00 s | – | 2.00 s | – | 0.50 (0.50–0.50) |

            - CPU time (user and kernel, all threads) is the median of 3 rounds of all in turns. A ratio is our CPU time by theirs in the same round: median (min–max); below 1, ours is quicker.
            - A remark.
            - 2026-11-22, AMD EPYC with 2 cores; sieve 0.1.0, other 2.0, third 3: `cargo run --release -p benches --bin peers -- sieve`.
            - Left out: `fourth` is not in PATH: `apt-get install fourth`.
        "#]].assert_eq(&to_markdown(&fixture::report(3)));
    }

    #[test]
    fn one_round_has_no_spread() {
        let text = to_markdown(&fixture::report(1));
        assert!(text.contains("| 0.50 |"), "{text}");
        assert!(text.contains("one round, which says little"), "{text}");
    }
}
