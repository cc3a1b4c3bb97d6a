//! A class of two for tests: one student has passed everything, the other one hands in hostile
//! texts.

use expect_test::expect_file;
use instructor::{
    points::{FeedbackLevel, Visibility},
    results::{GradedCheck, StudentResult},
};
use lab::verdict::{Diagnosis, Span, Verdict};

/// Markup, a formula, and letters that XML has no way to write.
pub(crate) const HOSTILE: &str = "=<script>alert(\"1\", '2') & ]]></script>\r\n\u{1b}[31m\u{0}\u{ffff}<img src=x onerror=y>, 東京";

/// The hostile text, as it is exported.
pub(crate) const HOSTILE_READABLE: &str = "=<script>alert(\"1\", '2') & ]]></script>\n\u{fffd}[31m\u{fffd}\u{fffd}<img src=x onerror=y>, 東京";

/// A name that a folder can have.
pub(crate) const HOSTILE_NAME: &str = "=<script>alert('1')&";

/// A text that a student must not see.
pub(crate) const SECRET: &str = "the secret input was 4711";

pub(crate) fn results() -> Vec<StudentResult> {
    vec![proven(), hostile()]
}

pub(crate) fn proven() -> StudentResult {
    let overlap = Verdict::passed("part1/parallel/overlap", "4 chunks under way at once")
        .with_timeline((0..8).map(side_by_side).collect());
    let processes =
        Verdict::passed("part1/processes/overlap", "2 worker processes at work at once")
            .with_timeline((0..4).map(in_a_process).collect());
    let speed = Verdict {
        earned_percent: Some(50),
        ..Verdict::passed("part1/parallel/speed", "1.5 times as fast as sequential")
    };
    let checks = vec![
        graded(Verdict::passed("part1/parallel/answer", "all 61 chunks, in order"), 2, 2),
        graded(overlap, 4, 4),
        GradedCheck { is_bonus: true, ..graded(speed, 1, 2) },
        graded(Verdict::passed("part1/processes/answer", "all 61 chunks, in order"), 2, 2),
        graded(processes, 4, 4),
        graded(Verdict::passed("part2/concurrent/overlap", "6 items at once"), 3, 3),
        graded(Verdict::passed("part2/concurrent/names", "named by item"), 1, 1),
    ];
    result("Ada Lovelace", true, checks)
}

pub(crate) fn hostile() -> StudentResult {
    let hidden = Verdict::failed("part1/processes/answer", Diagnosis::Crashed, SECRET);
    let in_turn = Verdict::failed(
        "part2/concurrent/overlap",
        Diagnosis::OneAfterAnother,
        "one piece after another, all on the thread main",
    )
    .with_timeline((0..6).map(in_turn).collect());
    let name = Verdict::failed("part2/concurrent/names", Diagnosis::WrongName, SECRET);
    let speed = Verdict::not_judged("part1/parallel/speed", "one core");
    let checks = vec![
        graded(Verdict::failed("part1/parallel/answer", Diagnosis::Refused, HOSTILE), 0, 2),
        graded(Verdict::not_run("part1/parallel/overlap", "part1/parallel/answer"), 0, 4),
        GradedCheck { is_bonus: true, ..graded(speed, 0, 0) },
        GradedCheck { visibility: Visibility::Hidden, ..graded(hidden, 0, 2) },
        graded(Verdict::not_run("part1/processes/overlap", "part1/processes/answer"), 0, 4),
        GradedCheck { visibility: Visibility::AfterDueDate, ..graded(in_turn, 0, 3) },
        GradedCheck { tells: FeedbackLevel::Verdict, ..graded(name, 0, 1) },
    ];
    StudentResult {
        weaker_sandbox: Some("weaker sandbox: <b>no namespaces".to_owned()),
        ..result(HOSTILE_NAME, false, checks)
    }
}

fn result(student: &str, is_complete: bool, checks: Vec<GradedCheck>) -> StudentResult {
    StudentResult {
        schema: 2,
        student: student.to_owned(),
        graded_at: 0,
        took_ms: 12_345,
        is_complete,
        note: None,
        taken_from: None,
        contents_sha256: None,
        score: checks.iter().map(|graded| graded.score).sum(),
        score_max: 16,
        weaker_sandbox: None,
        checks,
    }
}

fn graded(verdict: Verdict, score: u32, score_max: u32) -> GradedCheck {
    let (visibility, tells) = (Visibility::Visible, FeedbackLevel::Evidence);
    GradedCheck { verdict, score, score_max, is_bonus: false, visibility, tells }
}

/// Four threads, each with two pieces.
fn side_by_side(piece: u64) -> Span {
    let (thread, round) = (piece % 4, piece / 4);
    let start_us = 1_000 + thread * 150 + round * 20_000;
    span((4_000, 4_001 + thread), &format!("worker-{thread}"), piece, start_us, start_us + 19_000)
}

fn in_a_process(piece: u64) -> Span {
    let pid = 4_100 + piece % 2;
    let start_us = 2_000 + piece / 2 * 10_000;
    span((pid, pid), "part1_exam", piece, start_us, start_us + 9_000)
}

fn in_turn(piece: u64) -> Span {
    span((4_200, 4_201 + piece), "<b>main", piece, piece * 5_000, (piece + 1) * 5_000)
}

fn span((pid, tid): (u64, u64), thread: &str, piece: u64, start_us: u64, end_us: u64) -> Span {
    let [pid, tid] = [pid, tid].map(|id| u32::try_from(id).unwrap());
    let (thread, label) = (thread.to_owned(), format!("piece {piece}"));
    Span { pid, thread, tid: Some(tid), label, start_us, end_us }
}

/// `.ci/look-at-reports` makes a page of what is in this folder.
#[test]
fn the_same_class_is_there_as_files() {
    let text = |result| serde_json::to_string_pretty(&result).unwrap() + "\n";
    expect_file!["results/ada.json"].assert_eq(&text(proven()));
    expect_file!["results/hostile.json"].assert_eq(&text(hostile()));
}
