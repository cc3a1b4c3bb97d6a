//! Renders the report as Markdown: tables with notes on how to read them.

mod by_contender;
mod by_job;

use std::fmt::Write as _;

use report::human_time;

use super::{Chapter, Conditions};
use crate::{
    sections::Layout,
    spread::{self, Spread},
};

/// The cell of a contender that does not do a job.
const NOTHING: &str = "–";

/// Renders the tables of a chapter and the notes below them; ends with a newline.
pub fn to_markdown(chapter: &Chapter, conditions: &Conditions) -> String {
    let (mut text, legend) = match chapter.section.layout() {
        Layout::ByContender => (by_contender::tables(chapter), by_contender::LEGEND),
        Layout::ByJob => (by_job::tables(chapter, conditions), by_job::LEGEND),
    };
    for note in notes(chapter, conditions, legend) {
        let _ = writeln!(text, "- {note}");
    }
    text
}

/// Renders a table whose first column is aligned left, and all others right.
fn table(header: &[String], lines: &[Vec<String>]) -> String {
    let alignments: Vec<String> = (0..header.len())
        .map(|column| if column == 0 { "---" } else { "---:" }.to_owned())
        .collect();
    let mut text = String::new();
    for cells in [header, &alignments].into_iter().chain(lines.iter().map(Vec::as_slice)) {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text + "\n"
}

fn or_nothing(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| NOTHING.to_owned())
}

fn median_time(times: &[std::time::Duration]) -> Option<String> {
    spread::of_times(times).map(|times| human_time(times.median))
}

fn ratio_text(ratio: Spread<f64>, rounds: usize) -> String {
    let Spread { median, min, max } = ratio;
    match rounds {
        1 => format!("{median:.2}"),
        _ => format!("{median:.2} ({min:.2}–{max:.2})"),
    }
}

fn notes(chapter: &Chapter, conditions: &Conditions, legend: &str) -> Vec<String> {
    let outcome = &chapter.outcome;
    let rounds = match conditions.rounds.get() {
        1 => "one round, which says little".to_owned(),
        rounds => format!("{rounds} rounds of all in turns"),
    };
    let mut notes = Vec::new();
    if !outcome.rows.is_empty() {
        notes.push(legend.replace("ROUNDS", &rounds));
        notes.extend(outcome.remarks.iter().cloned());
        notes.push(format!(
            "{}, {}; {}: `{}`.",
            conditions.run_info.date,
            conditions.machine,
            outcome.versions.join(", "),
            conditions.run_info.command,
        ));
    }
    notes.extend(outcome.missing.iter().map(|missing| format!("Left out: {missing}.")));
    notes
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{super::fixture, *};
    use crate::sections::Section;

    fn check(section: Section, rounds: u32, expected: &Expect) {
        let report = fixture::report(section, rounds);
        expected.assert_eq(&to_markdown(&report.chapters[0], &report.conditions));
    }

    #[test]
    fn a_few_contenders_have_columns() {
        check(
            Section::Sieve,
            3,
            &expect![[r#"
            | job | sieve 0.1.0, CPU time | other 2.0, CPU time | third 3, CPU time | ours / other 2.0 | ours / third 3 |
            | --- | ---: | ---: | ---: | ---: | ---: |
            | count to 10 | 21.0 ms | 41.0 ms | 2.00 s | 0.51 (0.50–0.52) | 0.01 (0.01–0.01) |
            | count 1\|2 | 1.00 s | – | 2.00 s | – | 0.50 (0.50–0.50) |

            - CPU time (user and kernel, all threads) is the median of 3 rounds of all in turns. A ratio is our CPU time by theirs in the same round: median (min–max); below 1, ours is quicker.
            - A remark.
            - 2026-11-22, AMD EPYC with 2 cores; sieve 0.1.0, other 2.0, third 3: `cargo run --release -p benches --bin peers -- sieve`.
            - Left out: `fourth` is not in PATH: `apt-get install fourth`.
        "#]],
        );
    }

    #[test]
    fn many_contenders_have_lines() {
        check(
            Section::Primes,
            3,
            &expect![[r#"
            **count to 10** (latency alone takes 30.0 ms)

            | who | wall | CPU | memory | wall: first / this | CPU: first / this |
            | --- | ---: | ---: | ---: | ---: | ---: |
            | sieve 0.1.0 | 40.0 ms | 21.0 ms | ≤ 5 MB | – | – |
            | other 2.0 | 80.0 ms | 41.0 ms | ≤ 5 MB | 0.50 (0.50–0.50) | 0.51 (0.50–0.52) |
            | third 3 | 4.00 s | 2.00 s | 200 MB | 0.01 (0.01–0.01) | 0.01 (0.01–0.01) |
            | slow 4 | – | – | – | – | – |

            **count 1|2**

            | who | wall | CPU | memory | wall: first / this | CPU: first / this |
            | --- | ---: | ---: | ---: | ---: | ---: |
            | sieve 0.1.0 | 2.00 s | 1.00 s | 100 MB | – | – |
            | third 3 | 4.00 s | 2.00 s | 200 MB | 0.50 (0.50–0.50) | 0.50 (0.50–0.50) |

            - Whole processes, measured from outside: wall and CPU time (user and kernel, all threads and processes) are medians of 3 rounds of all in turns; memory is the most that was resident in the largest process. A ratio is the time of the first line by that of this one in the same round: median (min–max); below 1, the first line is quicker.
            - A remark.
            - 2026-11-22, AMD EPYC with 2 cores; sieve 0.1.0, other 2.0, third 3: `cargo run --release -p benches --bin peers -- primes`.
            - Left out: `fourth` is not in PATH: `apt-get install fourth`.
        "#]],
        );
    }

    #[test]
    fn each_contender_of_ours_has_a_table() {
        let mut report = fixture::report(Section::Sieve, 1);
        report.chapters[0].outcome.rows[0].results.remove(0);
        let text = to_markdown(&report.chapters[0], &report.conditions);
        let tables: Vec<&str> = text.lines().filter(|line| line.starts_with("| job")).collect();
        assert_eq!(
            tables,
            [
                "| job | other 2.0, CPU time | third 3, CPU time | ours / third 3 |",
                "| job | sieve 0.1.0, CPU time | third 3, CPU time | ours / third 3 |",
            ]
        );
    }

    #[test]
    fn one_round_has_no_spread() {
        let report = fixture::report(Section::Sieve, 1);
        let text = to_markdown(&report.chapters[0], &report.conditions);
        assert!(text.contains("| 0.50 |"), "{text}");
        assert!(text.contains("one round, which says little"), "{text}");
    }

    #[test]
    fn a_chapter_without_jobs_lists_only_missing_programs() {
        let mut report = fixture::report(Section::Primes, 1);
        report.chapters[0].outcome.rows.clear();
        let text = to_markdown(&report.chapters[0], &report.conditions);
        assert_eq!(text, "- Left out: `fourth` is not in PATH: `apt-get install fourth`.\n");
    }
}
