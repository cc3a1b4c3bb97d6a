//! Grades a folder of submissions: builds two at a time, and runs the checks on other threads. At
//! the end, programs are timed, one at a time. The verdicts are written down after each exercise.

mod compiler;
mod recipe;
mod sheet;
mod version;
mod workshop;

use std::{
    iter,
    panic::{self, UnwindSafe},
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use common::stopwatch::WallClock;
use lab::{
    exercises::{Exercise, Part},
    limits::Isolation,
    sandbox::SandboxError,
    verdict::{Diagnosis, Verdict},
};
use message::error_causes::with_causes;

use self::sheet::Sheet;
pub use self::workshop::{Built, Program, Workshop};
use crate::{
    GraderError,
    points::Points,
    results::{self, StudentResult},
    speed,
    submission::{self, HandedIn, Submission},
};

/// The number of exercises that are checked at once: checks wait more than they compute.
pub const PROVED_AT_ONCE: usize = 3;

/// The number of submissions that are built at once, so that a slow build does not block the next
/// one.
const BUILT_AT_ONCE: usize = 2;

/// The most programs that wait for their checks.
const BUILT_AHEAD_MAX: usize = 4;

/// An event of a grading run.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// All checks of an exercise have run.
    Checked,
    /// All exercises of a student are graded.
    Done(&'a StudentResult),
}

/// The options of a grading run.
#[derive(Clone, Copy)]
pub struct GradingOptions<'a> {
    /// The points of each check.
    pub points: &'a Points,
    /// The folder for results; a student with a result there is not graded again.
    pub results: &'a Path,
    /// The isolation of submissions.
    pub isolation: Isolation,
    /// A callback for each event.
    pub on_event: &'a (dyn Fn(Event<'_>) + Sync),
}

/// An exercise whose checks are to be run.
struct Task<'a> {
    sheet: &'a Sheet,
    number: usize,
    exercise: &'static Exercise,
    program: Arc<Program>,
}

/// Writes a result that says "not graded yet" for each student without one.
///
/// # Errors
/// When a result cannot be written.
pub fn announce(
    submissions: &[Submission],
    options: GradingOptions<'_>,
) -> Result<(), GraderError> {
    for Submission { student, .. } in submissions {
        results::announce(options.results, student, options.points)?;
    }
    Ok(())
}

/// Grades all submissions. Exercises that were graded before, with the same contents, are not graded
/// again.
///
/// # Errors
/// When the grader itself cannot go on, or could not check something; never for what a student wrote.
/// The verdicts so far are kept.
pub fn all(
    workshop: &Workshop,
    submissions: &[Submission],
    options: GradingOptions<'_>,
) -> Result<(), GraderError> {
    let sheets: Vec<Sheet> = submissions
        .iter()
        .map(|submission| Sheet::open(submission, options))
        .collect::<Result<_, _>>()?;
    prove(workshop, sheets.iter().zip(submissions), options)?;
    let mut unfinished: Vec<StudentResult> = Vec::new();
    for sheet in &sheets {
        if sheet.is_proved() {
            time(workshop, sheet, options)?;
        }
        let result = sheet.finish(options)?;
        if !result.is_complete {
            unfinished.push(result);
        }
    }
    match unfinished.first() {
        None => Ok(()),
        Some(StudentResult { student, note, .. }) => Err(GraderError::Unfinished {
            students: unfinished.len(),
            student: student.clone(),
            note: note.clone().unwrap_or_default(),
        }),
    }
}

/// Builds all submissions, a few at a time, while checks run on other threads.
fn prove<'a>(
    workshop: &Workshop,
    sheets: impl Iterator<Item = (&'a Sheet, &'a Submission)> + Send,
    options: GradingOptions<'_>,
) -> Result<(), GraderError> {
    let waiting = Mutex::new(sheets);
    thread::scope(|scope| {
        let (tasks, queue) = mpsc::sync_channel(BUILT_AHEAD_MAX);
        let queue = Arc::new(Mutex::new(queue));
        let provers: Vec<_> = (0..PROVED_AT_ONCE)
            .map(|_| {
                let queue = Arc::clone(&queue);
                scope.spawn(move || prove_all(&queue, options))
            })
            .collect();
        // When all provers have failed, the queue ends, so that building stops as well.
        drop(queue);
        let builders = [(); BUILT_AT_ONCE].map(|()| {
            let (tasks, waiting) = (tasks.clone(), &waiting);
            scope.spawn(move || {
                let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                let build =
                    |(sheet, submission)| build_all(workshop, sheet, submission, options, &tasks);
                // When the grader cannot go on, the other builder does not go on either.
                iter::from_fn(next).try_for_each(build).inspect_err(|_| while next().is_some() {})
            })
        });
        drop(tasks);
        let built: Vec<Result<(), GraderError>> = builders
            .into_iter()
            .map(|builder| builder.join().expect("a builder not to panic"))
            .collect();
        let proved: Result<Vec<()>, GraderError> = provers
            .into_iter()
            .map(|prover| prover.join().expect("a prover not to panic"))
            .collect();
        proved?;
        built.into_iter().collect::<Result<(), GraderError>>()
    })
}

/// Builds the exercises of a submission that are not graded yet, and grades those that do not
/// build.
fn build_all<'a>(
    workshop: &Workshop,
    sheet: &'a Sheet,
    submission: &Submission,
    options: GradingOptions<'_>,
    tasks: &mpsc::SyncSender<Task<'a>>,
) -> Result<(), GraderError> {
    if sheet.is_finished() {
        return Ok(());
    }
    let clock = WallClock::start();
    let mut sound = Vec::new();
    let contents = submission::read(submission);
    if !sheet.is_about(&contents) {
        let grader_error = "it was changed while it was graded: grade it again".to_owned();
        return Ok(sheet.note_grader_error(grader_error, options)?);
    }
    for (number, handed_in) in contents.exercises.into_iter().enumerate() {
        let exercise = handed_in.exercise;
        if let Some(refusal) = &handed_in.refusal {
            sheet.note(number, exercise.fail(Diagnosis::Refused, refusal), options)?;
        } else if workshop.is_untouched(&handed_in)? {
            let evidence = "still to be written: it is as it was handed out";
            sheet.note(number, exercise.fail(Diagnosis::Unwritten, evidence), options)?;
        } else {
            sound.push((number, handed_in));
        }
    }
    for part in Part::ALL {
        let mut of_part = sound.iter().filter(|(_, handed_in)| handed_in.exercise.part == part);
        let is_timed = part == speed::PART && !sheet.is_timed();
        if is_timed || of_part.any(|&(number, _)| !sheet.is_graded(number)) {
            build_part(part, workshop, sheet, &sound, options, tasks)?;
        }
    }
    sheet.took(clock.elapsed());
    Ok(())
}

/// Builds all exercises of a part together, if possible.
fn build_part<'a>(
    part: Part,
    workshop: &Workshop,
    sheet: &'a Sheet,
    sound: &[(usize, HandedIn)],
    options: GradingOptions<'_>,
    tasks: &mpsc::SyncSender<Task<'a>>,
) -> Result<(), GraderError> {
    let of_part: Vec<_> =
        sound.iter().filter(|(_, handed_in)| handed_in.exercise.part == part).collect();
    if of_part.is_empty() {
        return Ok(());
    }
    let all: Vec<&HandedIn> = of_part.iter().map(|(_, handed_in)| handed_in).collect();
    let Some(together) = build(part, workshop, sheet, &all, options)? else { return Ok(()) };
    let is_one = all.iter().all(|one| one.exercise.files == all[0].exercise.files);
    let mut alone: Vec<(&[&str], Built)> = Vec::new();
    for (number, handed_in) in of_part {
        let (number, exercise) = (*number, handed_in.exercise);
        let is_timed =
            exercise.checks.iter().any(|check| check.name == speed::AFTER) && !sheet.is_timed();
        if sheet.is_graded(number) && !is_timed {
            continue;
        }
        // One exercise that does not compile costs only its own points.
        let built = match &together {
            Built::Refused(_) if !is_one => {
                build_alone(workshop, sheet, handed_in, options, &mut alone)?
            }
            built => Some(built.clone()),
        };
        let Some(built) = built else { continue };
        match built {
            Built::Program(program) => {
                if is_timed {
                    sheet.will_time(&program);
                }
                let task = Task { sheet, number, exercise, program };
                if !sheet.is_graded(number) && tasks.send(task).is_err() {
                    return Ok(()); // no prover is left; their errors say why
                }
            }
            Built::Refused(error) => {
                sheet.note(number, exercise.fail(Diagnosis::DoesNotCompile, &error), options)?;
            }
        }
    }
    Ok(())
}

/// Builds one exercise, unless it was built for another one.
fn build_alone(
    workshop: &Workshop,
    sheet: &Sheet,
    handed_in: &HandedIn,
    options: GradingOptions<'_>,
    known: &mut Vec<(&[&str], Built)>,
) -> Result<Option<Built>, GraderError> {
    let Exercise { files, part, .. } = handed_in.exercise;
    if let Some((_, built)) = known.iter().find(|(known, _)| known == files) {
        return Ok(Some(built.clone()));
    }
    let built = build(*part, workshop, sheet, &[handed_in], options)?;
    if let Some(built) = &built {
        known.push((files, built.clone()));
    }
    Ok(built)
}

/// Builds exercises, or notes why cargo cannot build them although it builds the lab's own.
fn build(
    part: Part,
    workshop: &Workshop,
    sheet: &Sheet,
    handed_in: &[&HandedIn],
    options: GradingOptions<'_>,
) -> Result<Option<Built>, GraderError> {
    match workshop.build(part, handed_in) {
        Ok(built) => Ok(Some(built)),
        Err(error) => match workshop.build(part, &[]) {
            Ok(Built::Program(_)) => {
                sheet.note_grader_error(with_causes(&error), options)?;
                Ok(None)
            }
            _ => Err(error),
        },
    }
}

fn prove_all(
    queue: &Mutex<mpsc::Receiver<Task<'_>>>,
    options: GradingOptions<'_>,
) -> Result<(), GraderError> {
    loop {
        let task = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Task { sheet, number, exercise, program }) = task else { return Ok(()) };
        let clock = WallClock::start();
        let setup = program.exam_setup(options.isolation);
        let verdicts = attempt(exercise.checks[0].name, || exercise.prove(&setup));
        sheet.took(clock.elapsed());
        match verdicts {
            Ok(verdicts) => sheet.note(number, verdicts, options)?,
            Err(grader_error) => sheet.note_grader_error(grader_error, options)?,
        }
    }
}

/// Runs a check, and turns an error or a panic into a message.
fn attempt<T>(
    check: &str,
    run: impl FnOnce() -> Result<T, SandboxError> + UnwindSafe,
) -> Result<T, String> {
    match panic::catch_unwind(run) {
        Ok(result) => result.map_err(|error| with_causes(&error)),
        Err(_) => Err(format!("a bug of the grader ended the check {check}")),
    }
}

/// Times a submission beside the lab's own solution, if it is right and not timed yet.
fn time(
    workshop: &Workshop,
    sheet: &Sheet,
    options: GradingOptions<'_>,
) -> Result<(), GraderError> {
    if !sheet.is_timed() {
        let clock = WallClock::start();
        let verdict = match (sheet.is_right_to_time(), sheet.program()) {
            (false, _) => Verdict::not_run(speed::CHECK, speed::AFTER),
            (true, Some(program)) => {
                let proofs = [workshop.baseline()?, &program]
                    .map(|program| program.exam_setup(options.isolation));
                let compare = || speed::compare(&proofs[0], &proofs[1]);
                match attempt(speed::CHECK, compare) {
                    Ok(verdict) => verdict,
                    Err(grader_error) => return Ok(sheet.note_grader_error(grader_error, options)?),
                }
            }
            (true, None) => Verdict::not_judged(speed::CHECK, "it is not handed in any more"),
        };
        sheet.took(clock.elapsed());
        sheet.note_speed(verdict, options)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io;

    use lab::workspace::WorkspaceError;

    use super::*;

    #[test]
    fn neither_an_error_nor_a_panic_ends_the_grader() {
        assert_eq!(attempt("part1/parallel/answer", || Ok(7)), Ok(7));
        let panics = || -> Result<(), SandboxError> { panic!("a bug") };
        let expected = "a bug of the grader ended the check part1/parallel/answer";
        assert_eq!(attempt("part1/parallel/answer", panics), Err(expected.to_owned()));
        let error = WorkspaceError::io("read", Path::new("x"))(io::ErrorKind::NotFound.into());
        assert_eq!(with_causes(&error), "cannot read x: entity not found");
    }
}
