//! The sentences of the report: the question, the outcome of each city, and what it means.

use std::time::Duration;

use report::{Lesson, Published, Report, Run, human_time};

use crate::{Answer, CityReport, Input};

/// The times that the lab published.
const HISTORY: &str = "In 2015 these 84 requests took 34.2 s one by one in Python, and 3.1 s with \
                       a process per city and a thread per business: 11 times as fast, with 80 \
                       documents in MongoDB at the end.";

/// The published times as numbers.
const PUBLISHED: Published = Published {
    sequential: Duration::from_millis(34_200),
    concurrent: Duration::from_millis(3_100),
    way: "a process per city, a thread per business",
};

/// More cities than this are not listed one by one.
const LISTED_MAX: usize = 10;

/// The sentences for a report of this part.
pub fn lesson(report: &Report<Input, Answer>) -> Lesson {
    let Input { cities, limit, api, base_url, .. } = &report.input;
    let cities = match &cities[..] {
        [city] => city.to_string(),
        several => format!("each of {} cities", several.len()),
    };
    Lesson {
        question: format!(
            "the top {limit} businesses of {cities}, and the details of each, from {base_url}/{}:",
            api.name()
        ),
        answer: answer(report),
        details: report.runs.iter().flat_map(details).chain(report.losses()).collect(),
        history: HISTORY.to_owned(),
        published: PUBLISHED,
        meaning: meaning(report),
        shares_work: true,
    }
}

fn answer(report: &Report<Input, Answer>) -> String {
    let Some(run) = report.runs.first() else { return "nothing was run".to_owned() };
    let by = match report.runs.len() {
        1 => String::new(),
        variants => format!(" (by each of {variants} variants)"),
    };
    format!("{} documents in {}{by}", run.answer.documents, report.input.store)
}

/// The outcomes of the cities of a run: one line if all are complete, else a line for each incomplete
/// city.
fn details(run: &Run<Answer>) -> Vec<String> {
    let Answer { cities, .. } = &run.answer;
    if run.answer.is_complete() {
        let sum = |number: fn(&CityReport) -> usize| cities.iter().map(number).sum::<usize>();
        return vec![format!(
            "{}: found {}, stored {}, skipped {}, failed 0",
            run.variant,
            sum(|city| city.found.unwrap_or_default()),
            sum(|city| city.stored),
            sum(|city| city.skipped)
        )];
    }
    let incomplete: Vec<&CityReport> = cities.iter().filter(|city| !city.complete).collect();
    let mut lines: Vec<String> =
        incomplete.iter().take(LISTED_MAX).map(|city| of_city(run.variant, city)).collect();
    if incomplete.len() > LISTED_MAX {
        lines.push(format!("and {} more cities", incomplete.len() - LISTED_MAX));
    }
    lines
}

fn of_city(variant: &str, report: &CityReport) -> String {
    let CityReport { city, found, stored, skipped, failed, unfinished, .. } = report;
    let Some(found) = found else {
        return format!(
            "{variant}, {city}: interrupted before its search ended; nothing of it is known to be \
             stored"
        );
    };
    format!(
        "{variant}, {city}: found {found}, stored {stored}, skipped {skipped}, failed {}, \
         unfinished {unfinished}",
        failed.len()
    )
}

/// One or two sentences with the numbers that explain the result.
fn meaning(report: &Report<Input, Answer>) -> String {
    let fastest = report.runs.iter().min_by_key(|run| run.cost.wall);
    let Some(fastest) = fastest else { return String::new() };
    if fastest.answer.documents == 0 {
        return "What it means: nothing, since nothing was stored.".to_owned();
    }
    if !report.runs.iter().all(|run| run.answer.is_complete()) {
        return "What it means: little. Not every business was stored, so the times cannot be \
                compared."
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
    let processes = report.runs.iter().find(|run| run.variant == "processes");
    let few = processes.and_then(|run| Some((run.workers, report.speedup(run)?)));
    let few = few.map_or_else(String::new, |(workers, speedup)| {
        format!(
            " Processes alone wait for {workers} answers at a time ({speedup:.1} times as fast)."
        )
    });
    format!(
        "What it means: the work is I/O-bound. With up to {} requests in flight, the variant {} is {speedup:.1} \
         times as fast as one request after another{floor}.{few} Threads are enough to wait; \
         processes pay only for work that keeps a core busy.",
        fastest.workers, fastest.variant
    )
}
