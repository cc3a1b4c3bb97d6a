//! The page about a class, for its teachers: one HTML file without scripts or network access.

mod chart;
mod detail;
mod overview;

use lab::verdict::Status;
use report::page::{Escaped, Page};

use crate::results::{GradedCheck, StudentResult};

const STYLE: &str = include_str!("html/style.css");

/// Renders the page: results by check, frequent faults, results by student, all evidence, and
/// timelines.
pub fn class_page(results: &[StudentResult]) -> String {
    let students = results.len();
    let finished = results.iter().filter(|result| has_all(result)).count();
    let overview = overview::sections(results);
    let details = detail::section(results);
    let body = format!(
        r#"<header>
<p class="part">cargo lab</p>
<h1>What the class has proved</h1>
<p>{students} handed in, {finished} of them with every check passed that could be judged.</p>
</header>
<main>
{overview}{details}</main>
<footer><p>Made by <code>cargo lab export --format html</code>, for teachers: it shows what
students may not see. It needs no network and sends nothing.</p></footer>
"#
    );
    let title = "cargo lab: what the class has proved";
    Page { title, style: STYLE, script: None, body: &body }.to_string()
}

fn has_all(result: &StudentResult) -> bool {
    result.is_complete && !result.checks.iter().any(|graded| graded.verdict.status.is_bad())
}

/// A status in words, with its CSS class.
fn status(status: Status) -> String {
    format!("<span class=\"status {}\">{}</span>", class(status), status.name())
}

fn class(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::NotRun => "not-run",
        Status::NotJudged => "not-judged",
    }
}

/// The anchor of a student's details, counted from one.
fn anchor(number: usize) -> String {
    format!("student-{number}")
}

/// A student's name as HTML, isolated from the direction of the text around it.
fn name(result: &StudentResult) -> String {
    format!("<bdi>{}</bdi>", Escaped(&result.student))
}

/// The points of a check.
fn points(graded: &GradedCheck) -> String {
    let GradedCheck { score, score_max, is_bonus, .. } = graded;
    match (graded.verdict.status, is_bonus) {
        (Status::NotJudged, _) => "does not count".to_owned(),
        (_, true) => format!("{score} of {score_max} on top"),
        (_, false) => format!("{score} of {score_max}"),
    }
}
