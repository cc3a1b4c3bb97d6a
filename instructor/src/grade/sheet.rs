//! The sheet of a student: the verdicts so far, written to the result file after each change.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use common::stopwatch::unix_time;
use lab::{
    limits::Isolation,
    verdict::{Status, Verdict},
    workspace::WorkspaceError,
};

use super::{Event, GradingOptions, workshop::Program};
use crate::{
    graded,
    results::{self, StudentResult},
    speed,
    submission::{self, Contents, Submission},
};

/// The note of a result that is not complete.
const NOT_ALL_GRADED_YET: &str = "not all is graded yet";

/// A student's sheet, shared by the threads that run checks.
pub(super) struct Sheet {
    student: String,
    taken_from: Option<String>,
    fingerprint: String,
    notes: Mutex<Notes>,
}

struct Notes {
    /// The verdicts on each exercise that is graded.
    exercises: Vec<Option<Vec<Verdict>>>,
    speed: Option<Verdict>,
    /// The program to time.
    program: Option<Arc<Program>>,
    /// The time of the last verdict, in seconds since 1970.
    graded_at: u64,
    took: Duration,
    /// The error that kept the grader from checking something.
    grader_error: Option<String>,
    /// The protections that the sandbox did without, if any.
    weaker_sandbox: Option<String>,
}

impl Sheet {
    /// Opens the sheet of a student, with the verdicts of an earlier run on the same submission. If
    /// that is about other contents, it is set aside, and everything is graded again.
    ///
    /// # Errors
    /// When a result cannot be written.
    pub(super) fn open(
        submission: &Submission,
        options: GradingOptions<'_>,
    ) -> Result<Self, WorkspaceError> {
        let student = submission.student.clone();
        let contents = submission::read(submission);
        let fingerprint = contents.fingerprint();
        let is_about = |known: &StudentResult| {
            known.contents_sha256.as_ref().is_none_or(|former| *former == fingerprint)
        };
        let known = match results::known(options.results, &student) {
            Some(known) if !is_about(&known) => {
                results::set_aside(options.results, &student, options.points)?;
                None
            }
            known => known,
        };
        let (graded_at, took_ms) =
            known.as_ref().map_or((0, 0), |known| (known.graded_at, known.took_ms));
        let weaker_sandbox = known.as_ref().and_then(|known| known.weaker_sandbox.clone());
        let known: Vec<Verdict> = known
            .map(|known| known.checks.into_iter().map(|check| check.verdict).collect())
            .unwrap_or_default();
        let of = |check: &str| known.iter().find(|verdict| verdict.check == check).cloned();
        let exercises: Vec<Option<Vec<Verdict>>> = graded::exercises()
            .map(|exercise| exercise.checks.iter().map(|check| of(check.name)).collect())
            .collect();
        for _ in exercises.iter().flatten() {
            (options.on_event)(Event::Checked);
        }
        let notes = Notes {
            exercises,
            // What this machine could not tell before, it may now.
            speed: of(speed::CHECK).filter(|verdict| verdict.status != Status::NotJudged),
            program: None,
            graded_at,
            took: Duration::from_millis(took_ms),
            grader_error: None,
            weaker_sandbox,
        };
        let taken_from = contents.taken_from;
        Ok(Self { student, taken_from, fingerprint, notes: Mutex::new(notes) })
    }

    /// Whether an exercise, by its number, is graded.
    pub(super) fn is_graded(&self, number: usize) -> bool {
        self.lock().exercises[number].is_some()
    }

    /// Whether the program was timed.
    pub(super) fn is_timed(&self) -> bool {
        self.lock().speed.is_some()
    }

    /// Whether these are the contents that the sheet was opened for.
    pub(super) fn is_about(&self, contents: &Contents) -> bool {
        self.fingerprint == contents.fingerprint()
    }

    /// Whether all exercises are graded.
    pub(super) fn is_finished(&self) -> bool {
        self.lock().are_finished()
    }

    /// Whether everything but the speed is graded.
    pub(super) fn is_proved(&self) -> bool {
        self.lock().exercises.iter().all(Option::is_some)
    }

    /// Keeps a program that is to be timed when all is proved.
    pub(super) fn will_time(&self, program: &Arc<Program>) {
        self.lock().program = Some(Arc::clone(program));
    }

    /// The program to time, if there is one.
    pub(super) fn program(&self) -> Option<Arc<Program>> {
        self.lock().program.clone()
    }

    /// Whether the program is proved right, and so worth timing.
    pub(super) fn is_right_to_time(&self) -> bool {
        let notes = self.lock();
        let mut verdicts = notes.exercises.iter().flatten().flatten();
        verdicts.any(|verdict| verdict.check == speed::AFTER && verdict.status == Status::Passed)
    }

    /// Adds to the time that this student has taken.
    pub(super) fn took(&self, time: Duration) {
        self.lock().took += time;
    }

    /// Notes the verdicts on an exercise, unless it has some, and writes the result.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn note(
        &self,
        number: usize,
        verdicts: Vec<Verdict>,
        options: GradingOptions<'_>,
    ) -> Result<(), WorkspaceError> {
        let mut notes = self.lock();
        if notes.exercises[number].is_some() {
            return Ok(());
        }
        notes.exercises[number] = Some(verdicts);
        notes.note_isolation(options.isolation);
        notes.graded_at = unix_time().as_secs();
        (options.on_event)(Event::Checked);
        // With the lock held: two that write at once would undo each other's work.
        results::keep(options.results, &self.result(&notes, options))
    }

    /// Notes the verdict on speed, and writes the result.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn note_speed(
        &self,
        verdict: Verdict,
        options: GradingOptions<'_>,
    ) -> Result<(), WorkspaceError> {
        let mut notes = self.lock();
        notes.speed = Some(verdict);
        notes.graded_at = unix_time().as_secs();
        notes.program = None;
        results::keep(options.results, &self.result(&notes, options))
    }

    /// Notes an error of the grader, and writes the result.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn note_grader_error(
        &self,
        grader_error: String,
        options: GradingOptions<'_>,
    ) -> Result<(), WorkspaceError> {
        let mut notes = self.lock();
        notes.grader_error.get_or_insert(grader_error);
        results::keep(options.results, &self.result(&notes, options))
    }

    /// Counts the points again, writes the result, reports it, and returns it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn finish(
        &self,
        options: GradingOptions<'_>,
    ) -> Result<StudentResult, WorkspaceError> {
        let result = self.result(&self.lock(), options);
        let is_complete = self.is_finished();
        let note = result.note.filter(|_| !is_complete);
        let result = StudentResult { is_complete, note, ..result };
        results::keep(options.results, &result)?;
        (options.on_event)(Event::Done(&result));
        Ok(result)
    }

    fn result(&self, notes: &Notes, options: GradingOptions<'_>) -> StudentResult {
        let verdicts = notes.exercises.iter().flatten().flatten().chain(&notes.speed);
        let verdicts = verdicts.cloned().collect();
        let took_ms = u64::try_from(notes.took.as_millis()).unwrap_or(u64::MAX);
        let result = StudentResult::new(&self.student, notes.graded_at, verdicts, options.points);
        StudentResult {
            took_ms,
            weaker_sandbox: notes.weaker_sandbox.clone(),
            note: Some(notes.grader_error.clone().unwrap_or_else(|| NOT_ALL_GRADED_YET.to_owned())),
            taken_from: self.taken_from.clone(),
            contents_sha256: Some(self.fingerprint.clone()),
            ..result
        }
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        // Notes are whole after each statement.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notes {
    /// Notes the isolation under which something is checked.
    fn note_isolation(&mut self, isolation: Isolation) {
        if isolation == Isolation::Limits {
            self.weaker_sandbox = Some(Isolation::LOST.to_owned());
        }
    }

    fn are_finished(&self) -> bool {
        self.speed.is_some() && self.exercises.iter().all(Option::is_some)
    }
}

#[cfg(test)]
mod tests;
