//! The timeline of each run: a row for each lane, and a stripe for each span, which readers can select.

use std::{fmt::Write as _, ops::Range, time::Duration};

use super::{Shown, axis, counted};
use crate::{
    human_time,
    page::{self, Escaped, Stop, WIDTH, percent},
    text::{distinguishing_tids, lane_title},
    timeline::{Span, busy_cells, rows},
};

/// A run with more spans or lanes than this is folded, since a page cannot show more.
const SPANS_MAX: usize = 2_000;
const LANES_MAX: usize = 100;

/// A chart with more rows than this has low rows.
const ROWS_OF_FULL_HEIGHT: usize = 24;

/// The number of cells of a folded row.
const CELLS: usize = 200;

/// All runs on one axis, or, if the reader chooses so, each on its own axis.
pub(super) fn section(runs: &[Shown<'_>]) -> String {
    let total = runs.iter().map(|run| run.wall).max().unwrap_or_default();
    let charts: String = runs.iter().map(|run| chart(run, total)).collect();
    format!(
        "<section class=\"gantt\">\n<h2>Who worked when</h2>\n\
         <p>A row is a worker: a thread by its name (and its TID, where a name repeats), a process \
         by its PID. A stripe is a piece of its work, and the percentage the part of the run in which \
         it had work under way.</p>\n\
         <fieldset class=\"scale-choice\"><legend>Time axis</legend>\
         <label><input type=\"radio\" name=\"scale\" checked> one for all, to compare</label>\
         <label><input type=\"radio\" name=\"scale\" id=\"own-scale\"> each its own, to look \
         inside</label></fieldset>\n{charts}\
         <p class=\"readout\" aria-hidden=\"true\" hidden>Point at a stripe, or step through them \
         with Tab and the arrow keys, to read what it was.</p>\n</section>\n"
    )
}

fn chart(run: &Shown<'_>, total: Duration) -> String {
    let Shown { variant, workers, wall, colour, .. } = run;
    let timeline = run.timeline;
    let is_folded = timeline.spans.len() > SPANS_MAX || timeline.lanes.len() > LANES_MAX;
    let tids = distinguishing_tids(&timeline.lanes);
    let lanes = timeline.lanes.iter().zip(&tids);
    let names: Vec<String> = lanes.map(|(lane, tid)| lane_title(lane) + tid).collect();
    let rows = if is_folded { folded_rows } else { lane_rows };
    let body = rows(run, &names, total);
    let speedup = run.speedup.map_or_else(String::new, |speedup| format!(", {speedup:.2}×"));
    let note = if is_folded {
        format!(
            "<p class=\"note\">Folded: {} of {}, too many to tell apart here. <code>--trace \
             FILE.json</code> writes them for Perfetto.</p>\n",
            counted(timeline.spans.len(), "span"),
            counted(timeline.lanes.len(), "lane"),
        )
    } else {
        String::new()
    };
    let floor = run.floor.map_or_else(String::new, |floor| {
        format!("<p class=\"note\">The line is the latency floor, {}.</p>\n", human_time(floor))
    });
    let is_crowded = !is_folded && timeline.lanes.len() > ROWS_OF_FULL_HEIGHT;
    let many = if is_crowded { " many" } else { "" };
    let with_ids = if tids.iter().any(|tid| !tid.is_empty()) { " with-ids" } else { "" };
    let axes = axis::labels(total, "shared") + &axis::labels(*wall, "own");
    format!(
        "<div class=\"run c{colour}{many}{with_ids}\" data-variant=\"{0}\" style=\"{1}\">\n\
         <h3>{0} <small>{2}, {3}{speedup}</small></h3>\n<p>{4}</p>\n\
         <ol class=\"lanes\">\n{body}</ol>\n{axes}{floor}{note}</div>\n",
        Escaped(variant),
        places(run, total),
        counted(*workers, "worker"),
        human_time(*wall),
        Escaped(&sentence(run)),
    )
}

/// The positions of the grid and of the floor, for the style, on either axis.
fn places(run: &Shown<'_>, total: Duration) -> String {
    let seconds = |time: Duration| time.as_secs_f64();
    let place = |time: Duration, total: Duration| percent(seconds(time), seconds(total));
    let stretch = if run.wall.is_zero() { 1.0 } else { total.div_duration_f64(run.wall) };
    let mut places = format!(
        "--stretch:{stretch:.4};--step:{};--own-step:{}",
        place(axis::step(total), total),
        place(axis::step(run.wall), run.wall),
    );
    if let Some(floor) = run.floor {
        let _ = write!(
            places,
            ";--floor:{};--own-floor:{}",
            place(floor, total),
            place(floor, run.wall)
        );
    }
    places
}

/// A sentence that says how evenly the work was shared.
fn sentence(run: &Shown<'_>) -> String {
    let lanes = run.timeline.lanes.len();
    let busy = busy_of_lanes(run, &(0..lanes));
    let share = share(busy, run.wall, lanes);
    if lanes == 1 {
        return format!("Its one worker had work under way for {share} of the time.");
    }
    let mut ends = vec![None; lanes];
    for span in &run.timeline.spans {
        ends[span.lane] = ends[span.lane].max(Some(span.end));
    }
    let idle = ends.iter().filter(|end| end.is_none()).count();
    let ended = || ends.iter().flatten();
    let Some((first, last)) = ended().min().zip(ended().max()) else {
        return format!("None of its {lanes} workers got any work.");
    };
    let idle = match idle {
        0 => String::new(),
        _ => format!("; {idle} got none"),
    };
    format!(
        "Its {lanes} workers had work under way for {share} of the time; the first ran out of it {} \
         before the last{idle}.",
        human_time(last.saturating_sub(*first))
    )
}

fn lane_rows(run: &Shown<'_>, names: &[String], total: Duration) -> String {
    let mut of_lanes: Vec<Vec<&Span>> = vec![Vec::new(); run.timeline.lanes.len()];
    for span in &run.timeline.spans {
        of_lanes[span.lane].push(span);
    }
    let mut body = String::new();
    let mut is_first = true;
    for (lane, spans) in of_lanes.iter().enumerate() {
        let mut stripes = String::new();
        for span in spans {
            stripes += &stripe(span, total, is_first);
            is_first = false;
        }
        body += &row(run, names, &(lane..lane + 1), &stripes);
    }
    body
}

/// One span. The Tab key selects the first one of a chart.
fn stripe(span: &Span, total: Duration, is_first: bool) -> String {
    let place = units(span.start, total)..units(span.end, total);
    let stop = if is_first { Stop::Tab } else { Stop::Script };
    page::stripe(&place, &page::span_title(&span.label, span.start, span.end), stop)
}

/// Rows of several lanes: the darker a cell, the busier the lanes.
fn folded_rows(run: &Shown<'_>, names: &[String], total: Duration) -> String {
    let rows = rows(&run.timeline.lanes);
    let cells = busy_cells(run.timeline, &rows, run.wall, CELLS);
    let mut body = String::new();
    for (index, (lanes, cells)) in rows.iter().zip(cells).enumerate() {
        let capacity = run.wall.as_nanos() / CELLS as u128 * lanes.len() as u128;
        let busy = share(busy_of_lanes(run, lanes), run.wall, lanes.len());
        let mut stripes = format!(
            "<g role=\"img\"{}><title>{}, at work for {busy} of the run</title>\n",
            if index == 0 { Stop::Tab } else { Stop::Script }.attribute(),
            counted(lanes.len(), "lane")
        );
        for (cell, busy_nanos) in cells.into_iter().enumerate().filter(|(_, busy)| *busy > 0) {
            let edge = |cell: usize| units(run.wall, total) * cell as u128 / CELLS as u128;
            let opacity = (busy_nanos * 100 / capacity.max(1)).clamp(1, 100);
            let _ = writeln!(
                stripes,
                "<rect x=\"{}\" width=\"{}\" height=\"10\" opacity=\"{}.{:02}\"/>",
                edge(cell),
                page::width(&(edge(cell)..edge(cell + 1))),
                opacity / 100,
                opacity % 100
            );
        }
        body += &row(run, names, lanes, &(stripes + "</g>"));
    }
    body
}

fn row(run: &Shown<'_>, names: &[String], lanes: &Range<usize>, stripes: &str) -> String {
    let first = &names[lanes.start];
    let name = match lanes.len() {
        1 => first.clone(),
        several => format!("{first} +{}", several - 1),
    };
    let busy = share(busy_of_lanes(run, lanes), run.wall, lanes.len());
    page::row(&name, stripes, &busy)
}

/// The sum of the working times of some lanes.
fn busy_of_lanes(run: &Shown<'_>, lanes: &Range<usize>) -> Duration {
    let spans = run.timeline.spans.iter().filter(|span| lanes.contains(&span.lane));
    spans.map(|span| span.end.saturating_sub(span.start)).sum()
}

/// A time as a percentage of a multiple of the total.
fn share(busy: Duration, whole: Duration, times: usize) -> String {
    let capacity = whole.as_nanos() * times as u128;
    let percent = (busy.as_nanos() * 100 + capacity / 2) / capacity.max(1);
    format!("{} %", percent.min(100))
}

/// A time on the axis of a row that ends with `total`.
fn units(time: Duration, total: Duration) -> u128 {
    time.min(total).as_nanos() * WIDTH / total.as_nanos().max(1)
}
