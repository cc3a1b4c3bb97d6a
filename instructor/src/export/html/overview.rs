//! The overview of a class: results by check, frequent faults, and a table of students.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use lab::verdict::{Diagnosis, Status};
use report::page::Escaped;

use super::{anchor, name, status};
use crate::results::StudentResult;

/// The most kinds of faults that are listed.
const FAULTS_MAX: usize = 5;

pub(super) fn sections(results: &[StudentResult]) -> String {
    let checks = checks(results);
    by_check(results, &checks) + &frequent_faults(results) + &by_student(results, &checks)
}

/// The checks of all students, each once, in order.
fn checks(results: &[StudentResult]) -> Vec<&str> {
    let mut known = BTreeSet::new();
    let all = results.iter().flat_map(|result| &result.checks);
    all.map(|graded| graded.verdict.check.as_str()).filter(|&check| known.insert(check)).collect()
}

fn by_check(results: &[StudentResult], checks: &[&str]) -> String {
    let row = |check: &&str| {
        let graded = || {
            let all = results.iter().flat_map(|result| &result.checks);
            let of_check = all.filter(|graded| graded.verdict.check == *check);
            of_check.filter(|graded| graded.verdict.status != Status::NotJudged)
        };
        let passed = graded().filter(|graded| graded.verdict.status == Status::Passed).count();
        let students = graded().count();
        format!(
            "<tr><th scope=\"row\">{}</th><td>{passed} of {students}</td>\
             <td class=\"share\"><span class=\"scale\"><span class=\"bar\" style=\"width:{}%\"></span>\
             </span></td></tr>\n",
            breakable(check),
            passed * 100 / students.max(1)
        )
    };
    format!(
        "<section>\n<h2>Check by check</h2>\n<table class=\"checks\">\n<thead><tr>\
         <th scope=\"col\">check</th><th scope=\"col\" colspan=\"2\">passed by</th></tr></thead>\n\
         <tbody>\n{}</tbody>\n</table>\n</section>\n",
        checks.iter().map(row).collect::<String>()
    )
}

/// The most frequent faults, by the number of students.
fn frequent_faults(results: &[StudentResult]) -> String {
    let mut of_students: BTreeMap<&str, (Diagnosis, BTreeSet<usize>)> = BTreeMap::new();
    for (student, result) in results.iter().enumerate() {
        for diagnosis in result.checks.iter().filter_map(|graded| graded.verdict.diagnosis) {
            let none = || (diagnosis, BTreeSet::new());
            of_students.entry(diagnosis.name()).or_insert_with(none).1.insert(student);
        }
    }
    let mut frequent_faults: Vec<(Diagnosis, usize)> =
        of_students.into_values().map(|(diagnosis, of)| (diagnosis, of.len())).collect();
    if frequent_faults.is_empty() {
        return String::new();
    }
    frequent_faults.sort_by_key(|&(_, students)| Reverse(students));
    let item = |&(diagnosis, students): &(Diagnosis, usize)| {
        let of =
            if students == 1 { "1 student".to_owned() } else { format!("{students} students") };
        let (name, next_step) = (Escaped(diagnosis.name()), Escaped(diagnosis.next_step()));
        format!("<li><b>{name}</b>, {of}: <span class=\"soft\">{next_step}</span></li>\n")
    };
    let items: String = frequent_faults.iter().take(FAULTS_MAX).map(item).collect();
    format!("<section>\n<h2>What goes wrong most</h2>\n<ol>\n{items}</ol>\n</section>\n")
}

fn by_student(results: &[StudentResult], checks: &[&str]) -> String {
    let rows: String =
        (1..).zip(results).map(|(number, result)| row(number, result, checks)).collect();
    format!(
        "<section>\n<h2>Student by student</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" \
         aria-label=\"Student by student\"><table class=\"students\">\n<thead>\n{}</thead>\n<tbody>\n\
         {rows}</tbody>\n</table></div>\n</section>\n",
        head(checks)
    )
}

/// The header of the table, with the common prefix of checks above their names.
fn head(checks: &[&str]) -> String {
    let (mut above, mut below) = (String::new(), String::new());
    for group in checks.chunk_by(|one, next| group_and_name(one).0 == group_and_name(next).0) {
        let common = breakable(group_and_name(group[0]).0);
        let _ = write!(above, "<th scope=\"colgroup\" colspan=\"{}\">{common}</th>", group.len());
        for check in group {
            let _ = write!(below, "<th scope=\"col\">{}</th>", Escaped(group_and_name(check).1));
        }
    }
    format!(
        "<tr><th scope=\"col\" rowspan=\"2\">student</th><th scope=\"col\" rowspan=\"2\">points</th>\
         {above}</tr>\n<tr>{below}</tr>\n"
    )
}

/// The name of a check, which may be broken after a slash.
fn breakable(check: &str) -> String {
    Escaped(check).to_string().replace('/', "/<wbr>")
}

fn group_and_name(check: &str) -> (&str, &str) {
    check.rsplit_once('/').unwrap_or(("", check))
}

fn row(number: usize, result: &StudentResult, checks: &[&str]) -> String {
    let cell = |check: &&str| {
        let graded = result.checks.iter().find(|graded| graded.verdict.check == *check);
        let status = graded.map_or_else(|| "–".to_owned(), |graded| status(graded.verdict.status));
        format!("<td>{status}</td>")
    };
    let StudentResult { score, score_max, .. } = result;
    format!(
        "<tr><th scope=\"row\"><a href=\"#{}\">{}</a></th><td>{score} of {score_max}</td>{}</tr>\n",
        anchor(number),
        name(result),
        checks.iter().map(cell).collect::<String>()
    )
}
