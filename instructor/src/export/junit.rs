//! JUnit XML as cargo-nextest writes it, for teachers: nothing is held back.

use std::time::Duration;

use lab::verdict::{Status, Verdict};
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::{INTERRUPTED, readable};
use crate::results::{GradedCheck, StudentResult};

/// All results: a suite for each student, a case for each check.
pub fn report(results: &[StudentResult]) -> String {
    let mut report = Report::new("cargo lab");
    report.set_time(results.iter().map(time).sum());
    report.add_test_suites(results.iter().map(suite));
    report.to_string().expect("memory to take any text")
}

fn suite(result: &StudentResult) -> TestSuite {
    let mut suite = TestSuite::new(readable(&result.student));
    suite.set_time(time(result));
    suite.add_property(Property::new("score", result.score.to_string()));
    suite.add_property(Property::new("score_max", result.score_max.to_string()));
    if result.checks.is_empty() {
        suite.add_test_case(not_judged_at_all(result));
    }
    suite.add_test_cases(result.checks.iter().map(case));
    suite
}

/// A test case for a student without verdicts, since an empty suite would look passed.
fn not_judged_at_all(result: &StudentResult) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(readable(result.note.as_deref().unwrap_or(INTERRUPTED)));
    TestCase::new("graded", status)
}

fn case(graded: &GradedCheck) -> TestCase {
    let verdict = &graded.verdict;
    let mut case = TestCase::new(readable(&verdict.check), status(verdict));
    case.set_classname(readable(verdict.part()));
    if verdict.status == Status::Passed {
        case.set_system_out(readable(&verdict.evidence));
    }
    case
}

fn status(verdict: &Verdict) -> TestCaseStatus {
    let mut status = match verdict.status {
        Status::Passed => return TestCaseStatus::success(),
        Status::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Status::NotRun | Status::NotJudged => TestCaseStatus::skipped(),
    };
    // An attribute has no lines.
    status.set_message(readable(verdict.evidence.lines().next().unwrap_or_default()));
    match verdict.diagnosis {
        Some(diagnosis) => {
            let next_step = diagnosis.next_step();
            status.set_type(diagnosis.name());
            status
                .set_description(readable(&format!("{}\n\nNext: {next_step}.", verdict.evidence)));
        }
        None => {
            status.set_type(verdict.status.name());
        }
    }
    status
}

fn time(result: &StudentResult) -> Duration {
    Duration::from_millis(result.took_ms)
}
