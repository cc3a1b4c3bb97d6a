//! The section about each student: checks with evidence, a next step, and a timeline.

use std::fmt::Write;

use report::page::Escaped;

use super::{anchor, chart, class, has_all, name, points, status};
use crate::{
    export::{INTERRUPTED, readable},
    results::{GradedCheck, StudentResult},
};

pub(super) fn section(results: &[StudentResult]) -> String {
    let students: String =
        (1..).zip(results).map(|(number, result)| student(number, result)).collect();
    format!(
        "<section>\n<h2>In detail</h2>\n<p class=\"note\">Below a check, a row is a worker: the PID \
         of its process, and its thread. A stripe is a piece of work, held back by the grader. To the \
         right is later, but how long is not shown. Stripes above each other were under way at once; \
         stairs, or a single row, are one after another.</p>\n\
         {students}</section>\n"
    )
}

fn student(number: usize, result: &StudentResult) -> String {
    let StudentResult { score, score_max, .. } = result;
    let mark = if has_all(result) { ", every check passed" } else { "" };
    let interrupted = (!result.is_complete).then(|| result.note.as_deref().unwrap_or(INTERRUPTED));
    let mut notes = String::new();
    for note in interrupted.into_iter().chain(result.weaker_sandbox.as_deref()) {
        let _ = writeln!(notes, "<p class=\"note\">{}</p>", Escaped(&readable(note)));
    }
    let checks: String = result.checks.iter().map(check).collect();
    format!(
        "<details>\n<summary>{} <small>{score} of {score_max}{mark}</small></summary>\n\
         <div id=\"{}\">\n{notes}{checks}</div>\n</details>\n",
        name(result),
        anchor(number)
    )
}

fn check(graded: &GradedCheck) -> String {
    let verdict = &graded.verdict;
    let next = match verdict.diagnosis {
        Some(diagnosis) => format!(
            "<p><b>{}</b>. Next: {}.</p>\n",
            Escaped(diagnosis.name()),
            Escaped(diagnosis.next_step())
        ),
        None => String::new(),
    };
    format!(
        "<article class=\"{}\">\n<h3>{} {} <small>{}</small></h3>\n{}{next}{}\
         </article>\n",
        class(verdict.status),
        Escaped(&verdict.check),
        status(verdict.status),
        points(graded),
        evidence(&verdict.evidence),
        chart::chart(&verdict.timeline)
    )
}

/// The evidence as HTML: a sentence, or preformatted lines of the compiler.
fn evidence(seen: &str) -> String {
    let seen = seen.replace("\r\n", "\n");
    let element = if seen.contains('\n') { "pre" } else { "p" };
    format!("<{element}>{}</{element}>\n", Escaped(&seen))
}
