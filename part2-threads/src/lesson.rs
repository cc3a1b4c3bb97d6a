//! The sentences of the report: the question, the order in which threads worked, and what it means.

use std::time::Duration;

use report::{Lesson, Published, Report, Run, human_time, timeline::Span};

use crate::{Answer, Input};

/// The times that the lab published.
const HISTORY: &str = "In 2015 items 1 to 20 took 7.0 s one by one in Python, and 0.275 s with \
                       one thread per URL: 25 times as fast.";

/// The published times as numbers.
const PUBLISHED: Published = Published {
    sequential: Duration::from_secs(7),
    concurrent: Duration::from_millis(275),
    way: "a thread per URL",
};

/// More threads than this are not listed one by one.
const LISTED_MAX: usize = 20;

/// The sentences for a report of this part.
pub fn lesson(report: &Report<Input, Answer>) -> Lesson {
    Lesson {
        question: format!(
            "GET {}/api/v1/items/ID for each of {} ids:",
            report.input.base_url,
            report.input.ids.len()
        ),
        answer: answer(report),
        details: report.runs.iter().flat_map(order).collect(),
        history: HISTORY.to_owned(),
        published: PUBLISHED,
        meaning: meaning(report),
        shares_work: true,
    }
}

fn answer(report: &Report<Input, Answer>) -> String {
    let Some(Run { answer, .. }) = report.runs.first() else { return "nothing was run".to_owned() };
    let mut parts = vec![format!("{} items", answer.items)];
    for (number, what) in [
        (answer.missing.len(), "that do not exist"),
        (answer.failed.len(), "that could not be fetched"),
        (answer.unfinished.len(), "not fetched because of a signal"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {what}"));
        }
    }
    let by = match report.runs.len() {
        1 => String::new(),
        variants => format!(" ({variants} variants)"),
    };
    parts.join(", ") + &by
}

/// In which order the requests of a run began and ended.
fn order(run: &Run<Answer>) -> [String; 2] {
    [
        format!("{} began item {}", run.variant, listed(run, |span| span.start)),
        format!("{} ended item {}", run.variant, listed(run, |span| span.end)),
    ]
}

/// The items of a run, sorted by a time of their spans.
fn listed(run: &Run<Answer>, time: impl Fn(&Span) -> Duration) -> String {
    let mut spans: Vec<&Span> = run.timeline.spans.iter().collect();
    spans.sort_by_key(|span| time(span));
    let shown: Vec<&str> =
        spans.iter().take(LISTED_MAX).map(|span| span.label.trim_start_matches("item-")).collect();
    match spans.len().saturating_sub(LISTED_MAX) {
        0 => shown.join(" "),
        more => format!("{} and {more} more", shown.join(" ")),
    }
}

/// One or two sentences with the numbers that explain the result.
fn meaning(report: &Report<Input, Answer>) -> String {
    let fastest = report.runs.iter().min_by_key(|run| run.cost.wall);
    let Some(fastest) = fastest else { return String::new() };
    if fastest.answer.answers() == 0 {
        return "What it means: nothing, since no answer came.".to_owned();
    }
    if !report.runs.iter().all(|run| run.answer.is_complete()) {
        return "What it means: little. Not every item was answered, so the times cannot be compared."
            .to_owned();
    }
    let floor = fastest.floor.map_or_else(String::new, |floor| {
        format!("; the latency alone takes {}", human_time(floor))
    });
    let Some((baseline, speedup)) = report.baseline().zip(report.speedup(fastest)) else {
        return format!(
            "What it means: {} kept {:.2} cores busy, and waited for the rest of the time{floor}. \
             Run the sequential variant as well to see the speedup.",
            fastest.variant,
            fastest.busy_cores()
        );
    };
    if report.runs.len() == 1 {
        return format!(
            "What it means: the program worked for {:.1} % of the time, and waited for the rest. \
             Run the other variants to see it wait for many answers at once.",
            baseline.busy_cores() * 100.0
        );
    }
    format!(
        "What it means: the work is I/O-bound. The sequential variant worked for {:.1} % of the \
         time, and waited for the rest. The variant {} is {speedup:.1} times as fast, even on one \
         core, because its {} threads wait at the same time{floor}.",
        baseline.busy_cores() * 100.0,
        fastest.variant,
        fastest.workers,
    )
}
