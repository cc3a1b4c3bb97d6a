//! The report as an HTML page: one file, which loads nothing from any network.

mod axis;
mod bars;
mod curve;
mod gantt;
#[cfg(test)]
mod tests;

use std::time::Duration;

use message::number::counted;

use self::bars::Bar;
use super::{
    Lesson, Report, Run, human_time,
    page::{self, Escaped, Page},
};
use crate::timeline::Timeline;

const STYLE: &str = include_str!("html/style.css");

/// The script. It lets readers select a span by pointer or by arrow keys; the page works without it.
const SCRIPT: &str = include_str!("html/script.js");

/// A run, with its numbers in comparison with other runs.
struct Shown<'a> {
    variant: &'a str,
    workers: usize,
    worker_count: f64,
    wall: Duration,
    cpu: Duration,
    floor: Option<Duration>,
    speedup: Option<f64>,
    efficiency: Option<f64>,
    serial_fraction: Option<f64>,
    busy_cores: f64,
    timeline: &'a Timeline,
    /// The index of its colour.
    colour: usize,
}

/// The report as an HTML page: the timeline of each run, the speedups, and the reasons for them.
///
/// It can be printed, and read without its script or by a screen reader: each picture has its numbers
/// as text.
pub fn to_html<Input, Answer>(report: &Report<Input, Answer>, lesson: &Lesson) -> String {
    let runs: Vec<Shown<'_>> =
        (0..).zip(&report.runs).map(|(colour, run)| shown(report, lesson, run, colour)).collect();
    let part = Escaped(report.part);
    let cores = counted(report.cores, "core");
    let question = Escaped(lesson.question.trim_end_matches(':'));
    let answer = Escaped(&lesson.answer);
    let meaning = Escaped(&lesson.meaning);
    let gantt = gantt::section(&runs);
    let gains = gains(&runs, report.cores);
    let curve = curve::section(&runs, report.cores);
    let numbers = numbers(&runs);
    let history = then_and_now(&runs, lesson);
    let details = details(&lesson.details);
    let unwritten = report
        .unwritten
        .iter()
        .map(|unwritten| format!("<p class=\"note\">{}</p>\n", Escaped(&unwritten.to_string())));
    let unwritten: String = unwritten.collect();
    let body = format!(
        r#"<header>
<p class="part">{part}, on {cores}</p>
<h1>Who worked when, and what it gained</h1>
<p class="question">{question}: <strong>{answer}</strong></p>
<p class="meaning">{meaning}</p>
{unwritten}</header>
<main>
{gantt}{gains}{curve}{numbers}{history}{details}</main>
<footer><p>Made by <code>{part} --report</code>. It needs no network and sends nothing.
<code>--trace FILE.json</code> writes the same spans for <a href="https://ui.perfetto.dev">Perfetto</a>,
which zooms into millions of them.</p></footer>
"#
    );
    let title = format!("{}: who worked when", report.part);
    Page { title: &title, style: STYLE, script: Some(SCRIPT), body: &body }.to_string()
}

fn shown<'a, Input, Answer>(
    report: &Report<Input, Answer>,
    lesson: &Lesson,
    run: &'a Run<Answer>,
    colour: usize,
) -> Shown<'a> {
    let if_shared = |number: Option<f64>| number.filter(|_| lesson.shares_work);
    Shown {
        variant: run.variant,
        workers: run.workers,
        worker_count: run.worker_count(),
        wall: run.cost.wall,
        cpu: run.cost.cpu,
        floor: run.floor,
        speedup: if_shared(report.speedup(run)),
        efficiency: if_shared(report.efficiency(run)),
        serial_fraction: if_shared(report.serial_fraction(run)),
        busy_cores: run.busy_cores(),
        timeline: &run.timeline,
        colour: colour % page::COLOURS,
    }
}

/// The four numbers that compare variants, as bars with reference lines.
fn gains(runs: &[Shown<'_>], cores: usize) -> String {
    let bar = |run: &Shown<'_>, value: f64, text: String, mark: Option<f64>| Bar {
        label: run.variant.to_owned(),
        colour: run.colour,
        value,
        text,
        mark,
    };
    let wall = runs.iter().map(|run| {
        let floor = run.floor.map(|floor| floor.as_secs_f64());
        bar(run, run.wall.as_secs_f64(), human_time(run.wall), floor)
    });
    let speedup = runs.iter().filter_map(|run| {
        let speedup = run.speedup?;
        Some(bar(run, speedup, format!("{speedup:.2}×"), Some(run.worker_count)))
    });
    let efficiency = runs.iter().filter_map(|run| {
        let efficiency = run.efficiency?;
        Some(bar(run, efficiency, format!("{efficiency:.2}"), Some(1.0)))
    });
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2⁵³ cores")]
    let core_count = cores as f64;
    let busy = runs
        .iter()
        .map(|run| bar(run, run.busy_cores, format!("{:.2}", run.busy_cores), Some(core_count)));
    let figures = [
        bars::figure("Wall time", &wall_caption(runs), &wall.collect::<Vec<_>>()),
        bars::figure(
            "Speedup",
            "How many times sooner than the sequential run: S = T₁/Tₚ. The line is ideal, as many \
             times as there are workers.",
            &speedup.collect::<Vec<_>>(),
        ),
        bars::figure(
            "Efficiency",
            "What part of its workers’ time was made use of: E = S/p. The line is ideal, all of it.",
            &efficiency.collect::<Vec<_>>(),
        ),
        bars::figure(
            "Busy cores",
            &format!(
                "CPU time over wall time. As many as workers: CPU-bound, more cores would help. \
                 Close to 0: it waits, and more cores would not. The line is what there is, {}.",
                counted(cores, "core")
            ),
            &busy.collect::<Vec<_>>(),
        ),
    ];
    format!(
        "<section>\n<h2>What it gained</h2>\n<div class=\"figures\">\n{}</div>\n</section>\n",
        figures.concat()
    )
}

fn wall_caption(runs: &[Shown<'_>]) -> String {
    let fastest = runs.iter().min_by_key(|run| run.wall);
    let above_floor = fastest.and_then(|run| {
        let floor = run.floor.filter(|floor| !floor.is_zero())?;
        Some((run.variant, human_time(floor), run.wall.div_duration_f64(floor)))
    });
    let what = "How long each variant took, on the clock on the wall.";
    above_floor.map_or_else(
        || what.to_owned(),
        |(variant, floor, times)| {
            format!(
                "{what} The line is its latency floor, delay × ceil(N/K): what the waiting alone \
                 takes, whatever the program. The fastest, {variant}, took {times:.2} times its \
                 floor of {floor}."
            )
        },
    )
}

fn numbers(runs: &[Shown<'_>]) -> String {
    let decimals = |value: Option<f64>, unit: &str| {
        value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}{unit}"))
    };
    let row = |run: &Shown<'_>| {
        let cells = [
            run.workers.to_string(),
            human_time(run.wall),
            run.floor.map_or_else(|| "–".to_owned(), human_time),
            human_time(run.cpu),
            decimals(run.speedup, "×"),
            decimals(run.efficiency, ""),
            run.serial_fraction.map_or_else(|| "–".to_owned(), |part| format!("{part:.3}")),
            decimals(Some(run.busy_cores), ""),
        ];
        let cells = cells.join("</td><td>");
        format!("<tr><th scope=\"row\">{}</th><td>{cells}</td></tr>\n", Escaped(run.variant))
    };
    format!(
        "<section>\n<h2>All numbers</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" \
         aria-label=\"All numbers\"><table>\n<thead><tr><th scope=\"col\">variant</th>\
         <th scope=\"col\">workers</th><th scope=\"col\">wall</th><th scope=\"col\">floor</th>\
         <th scope=\"col\">CPU</th><th scope=\"col\">speedup</th>\
         <th scope=\"col\">efficiency</th><th scope=\"col\">serial fraction</th>\
         <th scope=\"col\">CPU/wall</th></tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n\
         </section>\n",
        runs.iter().map(row).collect::<String>()
    )
}

/// The lab's result of 2015 beside this one. Each pair of times has its own scale.
fn then_and_now(runs: &[Shown<'_>], lesson: &Lesson) -> String {
    let published = lesson.published;
    let bar = |label: String, colour, time: Duration| Bar {
        label,
        colour,
        value: time.as_secs_f64(),
        text: human_time(time),
        mark: None,
    };
    let then = vec![
        bar("2015, one by one".to_owned(), 0, published.sequential),
        bar(format!("2015, {}", published.way), 0, published.concurrent),
    ];
    let baseline = runs.iter().find(|run| run.variant == super::BASELINE);
    let baseline = baseline.filter(|_| lesson.shares_work);
    let others = runs.iter().filter(|run| run.variant != super::BASELINE);
    let fastest = others.min_by_key(|run| run.wall);
    let now = baseline.zip(fastest).map_or_else(Vec::new, |(baseline, fastest)| {
        [baseline, fastest]
            .map(|run| bar(format!("here, {}", run.variant), run.colour, run.wall))
            .into()
    });
    format!(
        "<section>\n<h2>2015 and now</h2>\n<p>{}</p>\n<p class=\"note\">Each pair has a scale of \
         its own: compare what was gained, not the times of two languages and two machines.</p>\n\
         <div class=\"figures\">\n{}{}</div>\n</section>\n",
        Escaped(&lesson.history),
        bars::figure("The lab of 2015, in Python", "", &then),
        bars::figure("This run", "", &now),
    )
}

fn details(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = lines.iter().map(|line| Escaped(line).to_string()).collect();
    let items = lines.join("</li>\n<li>");
    format!(
        "<section>\n<h2>In detail</h2>\n<ul class=\"details\">\n<li>{items}</li>\n</ul>\n</section>\n"
    )
}
