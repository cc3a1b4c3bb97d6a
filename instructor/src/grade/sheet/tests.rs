//! Tests of sheets: what they write, and what they read from an earlier run.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use lab::{
    exercises::{Exercise, Part},
    verdict::Diagnosis,
};

use super::*;
use crate::points::Points;

fn verdicts(number: usize) -> Vec<Verdict> {
    let exercise = graded::exercises().nth(number).unwrap();
    exercise.checks.iter().map(|check| Verdict::passed(check.name, "seen")).collect()
}

/// The number of the exercise that has this check.
fn number_of(check: &str) -> usize {
    let has_it = |exercise: &Exercise| exercise.checks.iter().any(|other| other.name == check);
    graded::exercises().position(has_it).unwrap()
}

/// Options with these points and this folder of results.
fn options<'a>(
    points: &'a Points,
    results: &'a Path,
    on_event: &'a (dyn Fn(Event<'_>) + Sync),
) -> GradingOptions<'a> {
    GradingOptions { points, results, isolation: Isolation::Namespaces, on_event }
}

/// The submission of `ada` at this path.
fn ada(path: &str) -> Submission {
    Submission { student: "ada".to_owned(), path: PathBuf::from(path), refusal: None }
}

#[test]
fn verdicts_are_kept_and_reused() {
    let folder = tempfile::tempdir().unwrap();
    let points = Points::built_in();
    let checked = AtomicUsize::new(0);
    let on_event = |event: Event<'_>| {
        if matches!(event, Event::Checked) {
            checked.fetch_add(1, Ordering::Relaxed);
        }
    };
    let options = options(&points, folder.path(), &on_event);
    let ada = ada("ada.zip");

    let sheet = Sheet::open(&ada, options).unwrap();
    let [first, worker] = ["part1/parallel/answer", "part1/worker/answer"].map(number_of);
    let last = graded::exercises().count() - 1;
    assert!(!sheet.is_graded(first));
    sheet.note(first, verdicts(first), options).unwrap();
    let failed = Verdict::failed("part1/worker/answer", Diagnosis::Crashed, "seen");
    sheet.note(worker, vec![failed], options).unwrap();
    let known = results::known(folder.path(), "ada").unwrap();
    let passed = graded::exercises().nth(first).unwrap().checks;
    let score = passed.iter().map(|check| check.points).sum();
    let expected = (passed.len() + 1, score, false);
    assert_eq!((known.checks.len(), known.score, known.is_complete), expected);

    // As if the grader had been interrupted here.
    let sheet = Sheet::open(&ada, options).unwrap();
    assert!(sheet.is_graded(first) && sheet.is_graded(worker) && !sheet.is_graded(last));
    assert_eq!(checked.load(Ordering::Relaxed), 4);
    sheet.note(worker, verdicts(worker), options).unwrap();
    assert_eq!(results::known(folder.path(), "ada").unwrap().score, score, "it was graded before");
}

#[test]
fn a_weaker_sandbox_is_noted_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let points = Points::built_in();
    let ada = ada("ada.zip");
    let weaker = |number, isolation| {
        let options = GradingOptions {
            points: &points,
            results: folder.path(),
            isolation,
            on_event: &|_| (),
        };
        let sheet = Sheet::open(&ada, options).unwrap();
        sheet.note(number, verdicts(number), options).unwrap();
        results::known(folder.path(), "ada").unwrap().weaker_sandbox
    };
    assert_eq!(weaker(0, Isolation::Namespaces), None);
    assert_eq!(weaker(1, Isolation::Limits).as_deref(), Some(Isolation::LOST));
    assert_eq!(weaker(2, Isolation::Namespaces).as_deref(), Some(Isolation::LOST));
}

#[test]
fn points_are_counted_anew_when_they_change() {
    let folder = tempfile::tempdir().unwrap();
    let score = |points: &Points| {
        let options = options(points, folder.path(), &|_| ());
        let ada = ada("ada.zip");
        let sheet = Sheet::open(&ada, options).unwrap();
        sheet.note(0, verdicts(0), options).unwrap();
        sheet.finish(options).unwrap();
        let result = results::known(folder.path(), "ada").unwrap();
        (result.score, result.score_max, result.graded_at)
    };
    let more = "'part1/parallel/overlap' = 10";
    let (before, all_before, graded_at) = score(&Points::built_in());
    let counted = score(&Points::built_in().changed_by(more).unwrap());
    assert_eq!(counted, (before + 6, all_before + 6, graded_at));
}

#[test]
fn nobody_is_timed_whose_answer_is_not_proved() {
    let folder = tempfile::tempdir().unwrap();
    let points = Points::built_in();
    let options = options(&points, folder.path(), &|_| ());
    let ada = ada("ada.zip");
    let sheet = Sheet::open(&ada, options).unwrap();
    let built = folder.path().join("built");
    fs::write(&built, "").unwrap();
    let program =
        Arc::new(Program::copy(Part::Part1, &built, folder.path().join("program")).unwrap());
    sheet.will_time(&program);
    assert!(!sheet.is_right_to_time());
    sheet.note(0, verdicts(0), options).unwrap();
    assert!(sheet.is_right_to_time() && sheet.program().is_some());
    sheet.note_speed(Verdict::not_judged(speed::CHECK, "one core"), options).unwrap();
    assert!(sheet.is_timed() && sheet.program().is_none());
    assert!(!sheet.finish(options).unwrap().is_complete, "there are other exercises");
    (1..graded::exercises().count())
        .for_each(|number| sheet.note(number, verdicts(number), options).unwrap());
    sheet.finish(options).unwrap();
    let known = results::known(folder.path(), "ada").unwrap();
    assert_eq!((known.is_complete, known.note), (true, None));
}

#[test]
fn another_submission_is_graded_again_and_the_result_of_the_former_one_is_kept() {
    let (folder, handed_in) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let points = Points::built_in();
    let options = options(&points, folder.path(), &|_| ());
    let source = handed_in.path().join("part1-primes/src/variants/parallel.rs");
    fs::create_dir_all(source.parent().unwrap()).unwrap();
    let ada = ada(handed_in.path().to_str().unwrap());
    let graded_before = |contents: &str| {
        fs::write(&source, contents).unwrap();
        let sheet = Sheet::open(&ada, options).unwrap();
        let is_graded = sheet.is_graded(0);
        sheet.note(0, verdicts(0), options).unwrap();
        is_graded
    };
    assert!(!graded_before("fn one() {}"));
    assert!(graded_before("fn one() {}"), "nothing has changed");
    let former = results::known(folder.path(), "ada").unwrap();
    let sheet = Sheet::open(&ada, options).unwrap();
    assert!(sheet.is_about(&submission::read(&ada)));
    assert!(!graded_before("fn two() {}"));
    assert!(!sheet.is_about(&submission::read(&ada)), "it has changed meanwhile");
    assert!(!graded_before("fn three() {}"));
    let older = fs::read(folder.path().join("ada.json.older-1")).unwrap();
    assert_eq!(serde_json::from_slice::<StudentResult>(&older).unwrap(), former);
    assert!(folder.path().join("ada.json.older-2").exists());
    assert_eq!(results::all(folder.path()).unwrap().len(), 1, "one student");
}

#[test]
fn an_error_of_the_grader_is_noted_and_the_check_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let points = Points::built_in();
    let options = options(&points, folder.path(), &|_| ());
    let sheet = Sheet::open(&ada("ada.zip"), options).unwrap();
    sheet.note(0, verdicts(0), options).unwrap();
    sheet.note_grader_error("no memory".to_owned(), options).unwrap();
    let result = sheet.finish(options).unwrap();
    assert_eq!((result.is_complete, result.note.as_deref()), (false, Some("no memory")));
    let again = Sheet::open(&ada("ada.zip"), options).unwrap();
    assert!(again.is_graded(0) && !again.is_graded(1) && !again.is_finished());
}
