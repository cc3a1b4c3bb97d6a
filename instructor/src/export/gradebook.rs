//! The gradebook as CSV: a row for each check, and one for each student's total.

use csv::Writer;

use super::readable;
use crate::results::StudentResult;

/// The entry in the column of parts for a student's total.
const TOTAL: &str = "total";

/// Renders all results as CSV with a header.
pub fn table(results: &[StudentResult]) -> String {
    let mut table = Writer::from_writer(Vec::new());
    let mut write = |row: [&str; 7]| {
        table.write_record(row.map(harmless).each_ref()).expect("memory to take any row");
    };
    write(["student", "part", "check", "score", "score_max", "status", "evidence"]);
    for result in results {
        let student = result.student.as_str();
        for graded in &result.checks {
            let verdict = &graded.verdict;
            let (score, score_max) = (graded.score.to_string(), graded.score_max.to_string());
            let status = verdict.status.name();
            write([
                student,
                verdict.part(),
                &verdict.check,
                &score,
                &score_max,
                status,
                &verdict.evidence,
            ]);
        }
        let (score, score_max) = (result.score.to_string(), result.score_max.to_string());
        let status = if result.is_complete { "complete" } else { "incomplete" };
        let note = result.note.as_deref().unwrap_or_default();
        write([student, TOTAL, "", &score, &score_max, status, note]);
    }
    let bytes = table.into_inner().expect("memory to take any table");
    String::from_utf8(bytes).expect("a table of texts")
}

/// A text that spreadsheets do not take for a formula.
fn harmless(text: &str) -> String {
    let text = readable(text);
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\n', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula() {
        let check = |text: &str, expected: &str| assert_eq!(harmless(text), expected);
        check("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")");
        check("-1+1", "'-1+1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("1 - 1 = 0", "1 - 1 = 0");
        check("", "");
    }
}
