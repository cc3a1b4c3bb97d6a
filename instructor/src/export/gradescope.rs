//! Results in Gradescope's format ("Autograder Specifications"): shows no more than the table of
//! points allows.

use std::time::Duration;

use lab::verdict::Status;
use serde::Serialize;

use super::{INTERRUPTED, readable};
use crate::{
    points::{FeedbackLevel, Visibility},
    results::{GradedCheck, StudentResult},
};

/// The format of all texts; Gradescope's default for the summary is HTML.
const PLAIN: &str = "text";

#[derive(Serialize)]
struct ResultShape<'a> {
    /// The sum of all points, which Gradescope shows unless tests are to be shown later.
    score: u32,
    /// The time in seconds.
    execution_time: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    output_format: &'static str,
    /// The visibility of the grader's stdout, which is for instructors.
    stdout_visibility: &'static str,
    tests: Vec<TestShape<'a>>,
}

/// A check; one that was not judged has neither points nor a status.
#[derive(Serialize)]
struct TestShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_score: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    name: &'a str,
    name_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    output_format: &'static str,
    tags: Vec<&'a str>,
    visibility: &'static str,
}

/// A student's `results.json`.
pub fn result(result: &StudentResult) -> String {
    let shape = ResultShape {
        score: result.score,
        execution_time: Duration::from_millis(result.took_ms).as_secs_f64(),
        output: summary(result),
        output_format: PLAIN,
        stdout_visibility: "hidden",
        tests: result.checks.iter().map(|graded| test(result, graded)).collect(),
    };
    serde_json::to_string_pretty(&shape).expect("texts and numbers") + "\n"
}

fn test<'a>(result: &StudentResult, graded: &'a GradedCheck) -> TestShape<'a> {
    let verdict = &graded.verdict;
    let status = match verdict.status {
        Status::Passed => Some("passed"),
        Status::Failed | Status::NotRun => Some("failed"),
        Status::NotJudged => None,
    };
    let mut tags = vec![verdict.part()];
    if graded.is_bonus {
        tags.push("bonus");
    }
    TestShape {
        score: status.map(|_| graded.score),
        max_score: status.map(|_| graded.score_max),
        status,
        name: &verdict.check,
        name_format: PLAIN,
        output: output(result, graded),
        output_format: PLAIN,
        tags,
        visibility: match graded.visibility {
            Visibility::Visible => "visible",
            Visibility::AfterDueDate => "after_due_date",
            Visibility::AfterPublished => "after_published",
            Visibility::Hidden => "hidden",
        },
    }
}

/// The text that a student may read when the check is shown.
fn output(result: &StudentResult, graded: &GradedCheck) -> Option<String> {
    if graded.tells == FeedbackLevel::Verdict || reveals_other_check(result, graded) {
        return None;
    }
    let verdict = &graded.verdict;
    let evidence = readable(&verdict.evidence);
    Some(match verdict.diagnosis {
        Some(diagnosis) => format!("{evidence}\n\nNext: {}.", diagnosis.next_step()),
        None => evidence,
    })
}

/// Whether the evidence names a check that is shown later or never: the student would learn that it
/// failed.
fn reveals_other_check(result: &StudentResult, graded: &GradedCheck) -> bool {
    result.checks.iter().any(|other| {
        release_order(other.visibility) > release_order(graded.visibility)
            && graded.verdict.evidence.contains(&other.verdict.check)
    })
}

/// The order in which visibilities take effect.
fn release_order(visibility: Visibility) -> u8 {
    match visibility {
        Visibility::Visible => 0,
        Visibility::AfterDueDate => 1,
        Visibility::AfterPublished => 2,
        Visibility::Hidden => 3,
    }
}

/// The text above all tests, which is always shown: it is about visible checks only.
fn summary(result: &StudentResult) -> Option<String> {
    let interrupted = INTERRUPTED.to_owned();
    let may_tell = |graded: &&GradedCheck| {
        graded.visibility == Visibility::Visible && graded.tells == FeedbackLevel::Evidence
    };
    let first = result.checks.iter().filter(may_tell).find_map(|graded| {
        let next_step = graded.verdict.diagnosis?.next_step();
        Some(format!("Next, for {}: {next_step}.", graded.verdict.check))
    });
    let lines: Vec<String> =
        (!result.is_complete).then_some(interrupted).into_iter().chain(first).collect();
    if lines.is_empty() { None } else { Some(lines.join("\n")) }
}
