//! Parses answers from the outputs of programs, into one form that can be compared.

use serde::Deserialize;

/// The format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFormat {
    /// The number of primes in a JSON report.
    Count,
    /// The number and the sum of primes in a JSON report.
    CountAndSum,
    /// The numbers of found and missing items in a JSON report.
    Items,
    /// The numbers of found and missing items, from the status of each answer, one a line.
    Statuses,
    /// The number of stored documents in a JSON report.
    Documents,
}

/// A JSON report with one run, or one that is a run by itself. The rest of it may be long, and is
/// not kept.
#[derive(Deserialize)]
struct Report {
    runs: Option<Vec<Run>>,
    answer: Option<Answer>,
}

#[derive(Deserialize)]
struct Run {
    answer: Answer,
}

/// The answer of a part, or of a peer.
#[derive(Deserialize)]
struct Answer {
    count: Option<u64>,
    sum: Option<u64>,
    items: Option<u64>,
    missing: Option<Missing>,
    documents: Option<u64>,
}

/// The missing items: our programs list them, others count them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Missing {
    Ids(Vec<u64>),
    Count(u64),
}

impl AnswerFormat {
    /// Parses the answer; none if the report has another form, or something in it failed.
    pub(crate) fn parse_answer(self, report: &str) -> Option<String> {
        match self {
            Self::Count => Some(answer(report)?.count?.to_string()),
            Self::CountAndSum => {
                let Answer { count, sum, .. } = answer(report)?;
                Some(format!("{} with sum {}", count?, sum?))
            }
            Self::Items => {
                let Answer { items, missing, .. } = answer(report)?;
                Some(items_answer(items?, missing?.count()))
            }
            Self::Statuses => {
                let count = |status| report.lines().filter(|line| *line == status).count() as u64;
                let (items, missing) = (count("200"), count("404"));
                let is_complete = items + missing == report.lines().count() as u64;
                is_complete.then(|| items_answer(items, missing))
            }
            Self::Documents => Some(format!("{} documents", answer(report)?.documents?)),
        }
    }
}

impl Missing {
    fn count(&self) -> u64 {
        match self {
            Self::Ids(ids) => ids.len() as u64,
            Self::Count(count) => *count,
        }
    }
}

/// The answer about items, in the common form.
pub(crate) fn items_answer(items: u64, missing: u64) -> String {
    format!("{items} items, {missing} missing")
}

fn answer(report: &str) -> Option<Answer> {
    let report: Report = serde_json::from_str(report).ok()?;
    match report.runs {
        Some(runs) => <[Run; 1]>::try_from(runs).ok().map(|[run]| run.answer),
        None => report.answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: AnswerFormat, report: &str, expected: Option<&str>) {
        assert_eq!(format.parse_answer(report).as_deref(), expected, "{format:?} of {report}");
    }

    #[test]
    fn ours_and_others_report_the_same_primes() {
        let report = r#"{"runs":[{"answer":{"count":4,"sum":17}}]}"#;
        check(AnswerFormat::Count, report, Some("4"));
        check(AnswerFormat::CountAndSum, report, Some("4 with sum 17"));
        check(AnswerFormat::CountAndSum, r#"{"runs":[{"answer":{"count":4,"sum":null}}]}"#, None);
    }

    #[test]
    fn ours_and_others_report_the_same_items() {
        let expected = Some("2 items, 1 missing");
        check(AnswerFormat::Items, r#"{"runs":[{"answer":{"items":2,"missing":[7]}}]}"#, expected);
        check(AnswerFormat::Items, r#"{"answer":{"items":2,"missing":1}}"#, expected);
        check(AnswerFormat::Statuses, "200\n404\n200\n", expected);
        check(AnswerFormat::Statuses, "200\n500\n", None);
        check(AnswerFormat::Statuses, "", Some("0 items, 0 missing"));
    }

    #[test]
    fn documents_are_counted_wherever_the_answer_stands() {
        let expected = Some("80 documents");
        check(AnswerFormat::Documents, r#"{"runs":[{"answer":{"documents":80}}]}"#, expected);
        check(AnswerFormat::Documents, r#"{"answer":{"documents":80}}"#, expected);
    }

    #[test]
    fn malformed_reports_have_no_answer() {
        for report in [
            "",
            "4",
            "{}",
            r#"{"runs":[]}"#,
            r#"{"runs":[{"answer":{}},{"answer":{}}]}"#,
            r#"{"answer":{}}"#,
        ] {
            check(AnswerFormat::Count, report, None);
        }
    }
}
