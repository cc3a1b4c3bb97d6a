//! What is known of one student's work so far.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use common::stopwatch::unix_time;
use lab::{
    sandbox::Isolation,
    verdict::{Status, Verdict},
    workspace::WorkspaceError,
};

use super::{Book, Event, workshop::Program};
use crate::{
    graded,
    results::{self, StudentResult},
    speed,
    submission::Submission,
};

/// A student's sheet, on which each thread writes what it has judged.
pub(super) struct Sheet {
    student: String,
    notes: Mutex<Notes>,
}

struct Notes {
    /// The verdicts on each exercise, where they are known.
    exercises: Vec<Option<Vec<Verdict>>>,
    speed: Option<Verdict>,
    /// What is to be timed.
    program: Option<Arc<Program>>,
    /// When the last of it was judged, in seconds since 1970.
    graded_at: u64,
    took: Duration,
    /// What was done without while it was judged, if anything.
    sandbox: Option<String>,
}

impl Notes {
    /// Notes how submissions are isolated while something is judged.
    fn is_judged_in(&mut self, isolation: Isolation) {
        if isolation == Isolation::Limits {
            self.sandbox = Some(Isolation::LOST.to_owned());
        }
    }
}

impl Sheet {
    /// The sheet of the student who handed this in, with what was written down before.
    pub(super) fn open(submission: &Submission, book: Book<'_>) -> Self {
        let known = results::known(book.results, &submission.student);
        let (graded_at, took_ms) =
            known.as_ref().map_or((0, 0), |known| (known.graded_at, known.took_ms));
        let sandbox = known.as_ref().and_then(|known| known.note.clone());
        let known: Vec<Verdict> = known
            .map(|known| known.checks.into_iter().map(|check| check.verdict).collect())
            .unwrap_or_default();
        let of = |check: &str| known.iter().find(|verdict| verdict.check == check).cloned();
        let exercises: Vec<Option<Vec<Verdict>>> = graded::exercises()
            .map(|exercise| exercise.checks.iter().map(|check| of(check)).collect())
            .collect();
        for _ in exercises.iter().flatten() {
            (book.tell)(Event::Judged);
        }
        let notes = Notes {
            exercises,
            // What this machine could not tell before, it may now.
            speed: of(speed::CHECK).filter(|verdict| verdict.status != Status::NotJudged),
            program: None,
            graded_at,
            took: Duration::from_millis(took_ms),
            sandbox,
        };
        Self { student: submission.student.clone(), notes: Mutex::new(notes) }
    }

    /// Whether an exercise, by its number, is judged.
    pub(super) fn is_judged(&self, number: usize) -> bool {
        self.lock().exercises[number].is_some()
    }

    /// Whether it is known how fast it is.
    pub(super) fn is_timed(&self) -> bool {
        self.lock().speed.is_some()
    }

    /// Whether nothing is left to be judged.
    pub(super) fn is_finished(&self) -> bool {
        let notes = self.lock();
        notes.speed.is_some() && notes.exercises.iter().all(Option::is_some)
    }

    /// Keeps a program that is to be timed when all is proved.
    pub(super) fn will_time(&self, program: &Arc<Program>) {
        self.lock().program = Some(Arc::clone(program));
    }

    /// That program, if it is there.
    pub(super) fn program(&self) -> Option<Arc<Program>> {
        self.lock().program.clone()
    }

    /// Whether it makes sense to time it: what it does is proved to be right.
    pub(super) fn is_right_to_time(&self) -> bool {
        let notes = self.lock();
        let mut verdicts = notes.exercises.iter().flatten().flatten();
        verdicts.any(|verdict| verdict.check == speed::AFTER && verdict.status == Status::Passed)
    }

    /// Adds to the time that this student has taken.
    pub(super) fn took(&self, time: Duration) {
        self.lock().took += time;
    }

    /// Notes what became of an exercise, unless that is known, and writes it down.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn note(
        &self,
        number: usize,
        verdicts: Vec<Verdict>,
        book: Book<'_>,
    ) -> Result<(), WorkspaceError> {
        let mut notes = self.lock();
        if notes.exercises[number].is_some() {
            return Ok(());
        }
        notes.exercises[number] = Some(verdicts);
        notes.is_judged_in(book.isolation);
        notes.graded_at = unix_time().as_secs();
        (book.tell)(Event::Judged);
        // With the lock held: two that write at once would undo each other's work.
        results::keep(book.results, &self.result(&notes, book))
    }

    /// Notes how fast it is, and writes it down.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn note_speed(
        &self,
        verdict: Verdict,
        book: Book<'_>,
    ) -> Result<(), WorkspaceError> {
        let mut notes = self.lock();
        notes.speed = Some(verdict);
        notes.graded_at = unix_time().as_secs();
        notes.program = None;
        results::keep(book.results, &self.result(&notes, book))
    }

    /// Counts the points anew, writes them down, and tells of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn finish(&self, book: Book<'_>) -> Result<(), WorkspaceError> {
        let result = StudentResult { is_complete: true, ..self.result(&self.lock(), book) };
        results::keep(book.results, &result)?;
        (book.tell)(Event::Done(&result));
        Ok(())
    }

    fn result(&self, notes: &Notes, book: Book<'_>) -> StudentResult {
        let verdicts = notes.exercises.iter().flatten().flatten().chain(&notes.speed);
        let verdicts = verdicts.cloned().collect();
        let took_ms = u64::try_from(notes.took.as_millis()).unwrap_or(u64::MAX);
        let result = StudentResult::new(&self.student, notes.graded_at, verdicts, book.points);
        StudentResult { took_ms, note: notes.sandbox.clone(), ..result }
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        // Notes are whole after each statement.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::PathBuf,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use lab::verdict::Diagnosis;

    use super::*;
    use crate::points::{BUILT_IN, Points};

    fn verdicts(number: usize) -> Vec<Verdict> {
        let exercise = graded::exercises().nth(number).unwrap();
        exercise.checks.iter().map(|check| Verdict::passed(check, "seen")).collect()
    }

    #[test]
    fn what_is_judged_is_written_down_and_taken_up_again() {
        let folder = tempfile::tempdir().unwrap();
        let points = Points::built_in().unwrap();
        let judged = AtomicUsize::new(0);
        let tell = |event: Event<'_>| {
            if matches!(event, Event::Judged) {
                judged.fetch_add(1, Ordering::Relaxed);
            }
        };
        let book = Book {
            points: &points,
            results: folder.path(),
            isolation: Isolation::Namespaces,
            tell: &tell,
        };
        let ada = Submission { student: "ada".to_owned(), path: PathBuf::from("ada.zip") };

        let sheet = Sheet::open(&ada, book);
        assert!(!sheet.is_judged(0));
        sheet.note(0, verdicts(0), book).unwrap();
        let failed = Verdict::failed("part1/worker/answer", Diagnosis::Crashed, "seen");
        sheet.note(1, vec![failed], book).unwrap();
        let known = results::known(folder.path(), "ada").unwrap();
        assert_eq!((known.checks.len(), known.score, known.is_complete), (4, 7, false));

        // As if the grader had been interrupted here.
        let sheet = Sheet::open(&ada, book);
        assert!(sheet.is_judged(0) && sheet.is_judged(1) && !sheet.is_judged(2));
        assert_eq!(judged.load(Ordering::Relaxed), 4);
        sheet.note(1, verdicts(1), book).unwrap();
        assert_eq!(results::known(folder.path(), "ada").unwrap().score, 7, "it was judged before");
    }

    #[test]
    fn a_weaker_sandbox_is_noted_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let points = Points::built_in().unwrap();
        let ada = Submission { student: "ada".to_owned(), path: PathBuf::from("ada.zip") };
        let note = |number, isolation| {
            let book = Book { points: &points, results: folder.path(), isolation, tell: &|_| () };
            Sheet::open(&ada, book).note(number, verdicts(number), book).unwrap();
            results::known(folder.path(), "ada").unwrap().note
        };
        assert_eq!(note(0, Isolation::Namespaces), None);
        assert_eq!(note(1, Isolation::Limits).as_deref(), Some(Isolation::LOST));
        assert_eq!(note(2, Isolation::Namespaces).as_deref(), Some(Isolation::LOST));
    }

    #[test]
    fn points_are_counted_anew_when_they_change() {
        let folder = tempfile::tempdir().unwrap();
        let score = |points: &Points| {
            let book = Book {
                points,
                results: folder.path(),
                isolation: Isolation::Namespaces,
                tell: &|_| (),
            };
            let ada = Submission { student: "ada".to_owned(), path: PathBuf::from("ada.zip") };
            let sheet = Sheet::open(&ada, book);
            sheet.note(0, verdicts(0), book).unwrap();
            sheet.finish(book).unwrap();
            let result = results::known(folder.path(), "ada").unwrap();
            (result.score, result.score_max, result.graded_at)
        };
        let text = BUILT_IN.concat();
        let more =
            text.replace("\"part1/parallel/overlap\" = 4", "\"part1/parallel/overlap\" = 10");
        let (before, all_before, graded_at) = score(&Points::built_in().unwrap());
        let counted = score(&Points::parse(&more).unwrap());
        assert_eq!(counted, (before + 6, all_before + 6, graded_at));
    }

    #[test]
    fn nobody_is_timed_whose_answer_is_not_proved() {
        let folder = tempfile::tempdir().unwrap();
        let points = Points::built_in().unwrap();
        let book = Book {
            points: &points,
            results: folder.path(),
            isolation: Isolation::Namespaces,
            tell: &|_| (),
        };
        let ada = Submission { student: "ada".to_owned(), path: PathBuf::from("ada.zip") };
        let sheet = Sheet::open(&ada, book);
        let built = folder.path().join("built");
        fs::write(&built, "").unwrap();
        let program = Arc::new(Program::copy(&built, folder.path().join("program")).unwrap());
        sheet.will_time(&program);
        assert!(!sheet.is_right_to_time());
        sheet.note(0, verdicts(0), book).unwrap();
        assert!(sheet.is_right_to_time() && sheet.program().is_some());
        sheet.note_speed(Verdict::not_judged(speed::CHECK, "one core"), book).unwrap();
        assert!(sheet.is_timed() && sheet.program().is_none());
        sheet.finish(book).unwrap();
        assert!(results::known(folder.path(), "ada").unwrap().is_complete);
    }
}
