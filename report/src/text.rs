//! The report as text: a table, the timeline, the result of 2015, and the meaning of the numbers.

use std::{collections::HashMap, fmt::Write as _, ops::Range, time::Duration};

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};
use message::{number, printable};
use unicode_width::UnicodeWidthStr;

use super::{Lesson, Report, Run};
use crate::timeline::{self, Lane};

/// The width of the whole report.
const COLUMNS: usize = 80;

/// The indentation of timeline rows.
const INDENT: usize = 2;

/// The longest title of a row. Longer ones are cut, so that most of the width is left to the cells.
const TITLE_COLUMNS_MAX: usize = 28;

/// The style of the table: only a line below the header.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─'));

/// The report as text of about 80 columns that ends with a newline, fit for a terminal.
pub fn to_text<Input, Answer>(report: &Report<Input, Answer>, lesson: &Lesson) -> String {
    let mut text = wrap(&lesson.question) + &wrap(&lesson.answer);
    let _ = writeln!(text, "\n{}\n", table(report, lesson.shares_work));
    for unwritten in &report.unwritten {
        text += &wrap(&unwritten.to_string());
    }
    if !report.unwritten.is_empty() {
        text.push('\n');
    }
    draw_timelines(&mut text, &report.runs);
    if !lesson.details.is_empty() {
        text.push('\n');
    }
    for line in &lesson.details {
        text += &wrap(line);
    }
    for paragraph in [&lesson.history, &lesson.meaning] {
        let _ = write!(text, "\n{}", wrap(paragraph));
    }
    text
}

fn table<Input, Answer>(report: &Report<Input, Answer>, shares_work: bool) -> String {
    let has_floor = report.runs.iter().any(|run| run.floor.is_some());
    let mut header = vec!["variant", "workers", "wall", "CPU", "speedup", "efficiency", "CPU/wall"];
    if has_floor {
        header.insert(3, "floor");
    }
    let mut table = Table::new();
    table.load_style(STYLE).set_header(header);
    for run in &report.runs {
        let speedup = report.speedup(run).filter(|_| shares_work);
        let efficiency = report.efficiency(run).filter(|_| shares_work);
        let mut row = vec![
            run.variant.to_owned(),
            run.workers.to_string(),
            human_time(run.cost.wall),
            human_time(run.cost.cpu),
            speedup.map_or("–".to_owned(), |speedup| format!("{speedup:.2}×")),
            efficiency.map_or("–".to_owned(), |efficiency| format!("{efficiency:.2}")),
            format!("{:.2}", run.busy_cores()),
        ];
        if has_floor {
            row.insert(3, run.floor.map_or("–".to_owned(), human_time));
        }
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// The timelines of all runs on one axis, so that their lengths can be compared.
fn draw_timelines<Answer>(text: &mut String, runs: &[Run<Answer>]) {
    let total = runs.iter().map(|run| run.cost.wall).max().unwrap_or_default();
    let titles: Vec<Vec<String>> = runs.iter().map(row_titles).collect();
    let title_width = titles.iter().flatten().map(|title| title.width()).max().unwrap_or(0);
    let cells = COLUMNS.saturating_sub(INDENT + title_width + 1);
    let _ = writeln!(text, "who worked when ({} from end to end)", human_time(total));
    for (run, titles) in runs.iter().zip(titles) {
        let _ = writeln!(text, "{}", run.variant);
        for (row, title) in timeline::draw(&run.timeline, total, cells).iter().zip(titles) {
            // The padding of `format!` counts characters, and some are two columns wide.
            let padding = title_width - title.width() + 1;
            let _ = writeln!(text, "{:INDENT$}{title}{:padding$}{}", "", "", row.cells);
        }
    }
}

/// A name for each row: the name of its first lane, and the number of its other lanes.
fn row_titles<Answer>(run: &Run<Answer>) -> Vec<String> {
    let lanes = &run.timeline.lanes;
    let tids = distinguishing_tids(lanes);
    let title = |row: Range<usize>| {
        let first = printable::line(&lane_title(&lanes[row.start]));
        let more = match row.len() {
            1 => String::new(),
            several => format!(" +{}", several - 1),
        };
        let end = format!("{}{more}", tids[row.start]);
        cut(&first, TITLE_COLUMNS_MAX - end.len()) + &end
    };
    timeline::rows(lanes).into_iter().map(title).collect()
}

/// The text if it fits into this many columns; otherwise its beginning and an ellipsis.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if format!("{kept}{letter}…").width() > columns {
            break;
        }
        kept.push(letter);
    }
    kept + "…"
}

/// A name for a lane: the name of a thread of this program, the PID of another process, or both for a
/// thread of another process.
pub(super) fn lane_title(lane: &Lane) -> String {
    if lane.pid == std::process::id() {
        lane.thread.clone()
    } else if lane.thread == Lane::MAIN {
        format!("PID {}", lane.pid)
    } else {
        format!("{} {}", lane.pid, lane.thread)
    }
}

/// The suffix of each lane's name: the id of its thread if another thread of the process has the same
/// name, and nothing otherwise.
pub(super) fn distinguishing_tids(lanes: &[Lane]) -> Vec<String> {
    let mut lanes_of_names = HashMap::new();
    for Lane { pid, thread, .. } in lanes {
        *lanes_of_names.entry((pid, thread)).or_insert(0) += 1;
    }
    let tid = |Lane { pid, thread, tid }: &Lane| match tid {
        Some(tid) if lanes_of_names[&(pid, thread)] > 1 => format!(" TID {tid}"),
        _ => String::new(),
    };
    lanes.iter().map(tid).collect()
}

/// A time with three significant digits, in a suitable unit: `28.4 ms`, `1.97 s`.
pub fn human_time(time: Duration) -> String {
    let (value, unit) = match time {
        _ if time >= Duration::from_secs(1) => (time.as_secs_f64(), "s"),
        _ if time >= Duration::from_millis(1) => (time.as_secs_f64() * 1e3, "ms"),
        _ => (time.as_secs_f64() * 1e6, "µs"),
    };
    let decimals = match value {
        _ if value >= 100.0 => 0,
        _ if value >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.decimals$} {unit}")
}

/// A time that may be long, in minutes or hours, rounded up: `17 minutes`, `2 400 hours`.
pub fn long_time(time: Duration) -> String {
    match time.as_secs() {
        0..120 => human_time(time),
        120..7200 => format!("{} minutes", time.as_secs().div_ceil(60)),
        _ => format!("{} hours", number::grouped(time.as_secs().div_ceil(3600))),
    }
}

/// The words of `paragraph` in lines of at most [`COLUMNS`] columns. A longer word has its own line.
fn wrap(paragraph: &str) -> String {
    let mut wrapped = String::new();
    let mut column = 0;
    for word in paragraph.split_whitespace().map(printable::line) {
        let length = word.width();
        if column > 0 && column + 1 + length > COLUMNS {
            wrapped.push('\n');
            column = 0;
        }
        if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(&word);
        column += length;
    }
    wrapped.push('\n');
    wrapped
}

#[cfg(test)]
mod tests {
    use common::stopwatch::Cost;
    use expect_test::expect;

    use super::*;
    use crate::{
        Published,
        timeline::{Lane, Span, Timeline},
    };

    fn run(variant: &'static str, workers: usize, wall: u64, cpu: u64) -> Run<()> {
        let end = Duration::from_millis(wall);
        Run {
            variant,
            workers,
            answer: (),
            cost: Cost { wall: end, cpu: Duration::from_millis(cpu) },
            floor: None,
            timeline: Timeline {
                lanes: (1..=2).map(Lane::of_process).collect(),
                spans: (0..2)
                    .map(|lane| Span { lane, label: String::new(), start: Duration::ZERO, end })
                    .collect(),
                losses: Vec::new(),
            },
        }
    }

    #[test]
    fn a_report_is_a_table_a_drawing_and_their_meaning() {
        let runs = vec![run("sequential", 1, 1_000, 1_000), run("processes", 2, 500, 950)];
        let report = Report { cores: 2, ..Report::new("part0", (), runs) };
        let lesson = Lesson {
            question: "What?".to_owned(),
            answer: "That.".to_owned(),
            details: vec!["First this, then that.".to_owned()],
            history: "In 2015 it was slower.".to_owned(),
            published: Published {
                sequential: Duration::from_secs(22),
                concurrent: Duration::from_secs(11),
                way: "2 processes",
            },
            meaning: "It means that a paragraph of more than eighty characters is broken into \
                      lines."
                .to_owned(),
            shares_work: true,
        };
        expect![[r#"
            What?
            That.

             variant     workers    wall     CPU  speedup  efficiency  CPU/wall
            ─────────────────────────────────────────────────────────────────────
             sequential        1  1.00 s  1.00 s    1.00×        1.00      1.00
             processes         2  500 ms  950 ms    2.00×        1.00      1.90

            who worked when (1.00 s from end to end)
            sequential
              PID 1 ████████████████████████████████████████████████████████████████████████
              PID 2 ████████████████████████████████████████████████████████████████████████
            processes
              PID 1 ████████████████████████████████████····································
              PID 2 ████████████████████████████████████····································

            First this, then that.

            In 2015 it was slower.

            It means that a paragraph of more than eighty characters is broken into lines.
        "#]]
        .assert_eq(&to_text(&report, &lesson));
    }

    #[test]
    fn work_that_is_not_shared_has_no_speedup() {
        let runs = vec![run("sequential", 1, 1_000, 1_000), run("processes", 2, 500, 950)];
        let report = Report { cores: 2, ..Report::new("part0", (), runs) };
        expect![[r#"
             variant     workers    wall     CPU  speedup  efficiency  CPU/wall
            ─────────────────────────────────────────────────────────────────────
             sequential        1  1.00 s  1.00 s        –           –      1.00
             processes         2  500 ms  950 ms        –           –      1.90"#]]
        .assert_eq(&table(&report, false));
    }

    /// The lines of the drawing of one run whose lanes have these names.
    fn drawing(threads: &[String], pid: u32) -> Vec<String> {
        let mut drawn = run("threads", threads.len(), 1_000, 0);
        drawn.timeline.lanes =
            threads.iter().map(|thread| Lane { pid, ..Lane::of_thread(thread) }).collect();
        drawn.timeline.spans.truncate(threads.len());
        let mut text = String::new();
        draw_timelines(&mut text, &[drawn]);
        text.lines().skip(2).map(str::to_owned).collect()
    }

    #[test]
    fn a_drawing_of_many_lanes_fits_a_plain_terminal() {
        for lanes in [1, 24, 64, 1_000] {
            let threads: Vec<String> = (0..lanes).map(|lane| format!("worker-{lane}")).collect();
            let rows = drawing(&threads, u32::MAX);
            assert!(rows.len() <= 24, "{lanes} lanes in {} rows", rows.len());
            for row in rows {
                assert!(row.width() <= COLUMNS, "{row}");
                assert!(!row.chars().any(char::is_control), "no colours: {row:?}");
            }
        }
    }

    #[test]
    fn rows_line_up_whatever_the_script() {
        let long = "a-worker-with-a-name-that-leaves-no-room-for-its-work";
        let names = ["main", "東京-1", "مدينة-2", "São Paulo", long].map(str::to_owned);
        let rows = drawing(&names, std::process::id());
        let cells = |row: &str| row.find(['█', '·']).map(|start| row[..start].width());
        assert_eq!(rows.len(), names.len());
        assert!(rows.iter().all(|row| row.width() <= COLUMNS), "{rows:#?}");
        assert!(rows.iter().all(|row| cells(row) == cells(&rows[0])), "{rows:#?}");
        assert!(rows[4].contains("a-worker-with-a-name-that-l… "), "{rows:#?}");
    }

    #[test]
    fn names_that_repeat_are_followed_by_ids() {
        let long = "a-worker-with-a-name-that-leaves-no-room-for-its-id";
        let lanes = [("once", 7), ("twice", 8), (long, 9), ("twice", 10), (long, 4_194_303)];
        let lanes = lanes.map(|(thread, tid)| Lane { tid: Some(tid), ..Lane::of_thread(thread) });
        let mut drawn = run("threads", lanes.len(), 1_000, 0);
        drawn.timeline.lanes = lanes.to_vec();
        let titles = row_titles(&drawn);
        assert_eq!(titles[..2], ["once", "twice TID 8"]);
        assert_eq!(titles[2..4], ["a-worker-with-a-name-… TID 9", "twice TID 10"]);
        assert_eq!(titles[4], "a-worker-with-a… TID 4194303");
    }

    #[test]
    fn whatever_a_report_holds_a_terminal_shows_it() {
        let foreign = "a\u{1b}[2J\r\nerror: fake\u{202e}\u{9b}K";
        let mut drawn = run("threads", 1, 1_000, 0);
        drawn.timeline.lanes = vec![Lane::of_thread(foreign)];
        drawn.timeline.spans.truncate(1);
        let lesson = Lesson {
            question: foreign.to_owned(),
            answer: foreign.to_owned(),
            details: vec![foreign.to_owned()],
            history: foreign.to_owned(),
            published: Published {
                sequential: Duration::from_secs(22),
                concurrent: Duration::from_secs(11),
                way: "2 processes",
            },
            meaning: foreign.to_owned(),
            shares_work: true,
        };
        let report = Report::new("part0", (), vec![drawn]);
        let text = to_text(&report, &lesson);
        assert_eq!(printable::lines(&text), text);
        assert!(!text.lines().any(|line| line.starts_with("error: ")), "{text}");
        assert_eq!(text.matches(r"a\u{1b}[2J").count(), 6, "{text}");
    }

    #[test]
    fn times_have_three_digits() {
        let check = |micros, expected| {
            assert_eq!(human_time(Duration::from_micros(micros)), expected);
        };
        check(0, "0.00 µs");
        check(12, "12.0 µs");
        check(1_234, "1.23 ms");
        check(28_400, "28.4 ms");
        check(999_000, "999 ms");
        check(22_600_000, "22.6 s");
        check(100_000_000, "100 s");
    }
}
