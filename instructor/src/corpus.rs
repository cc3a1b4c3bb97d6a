//! Tests the grader on the corpus: known right and wrong submissions, graded repeatedly under load.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs, hint, iter,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use lab::{
    check,
    exam_session::ExamSetup,
    exercises::Exercise,
    limits::{Isolation, Limits},
    piece_gate::HoldTimeouts,
    sandbox::SandboxError,
    verdict::{Diagnosis, Status, Verdict},
    workspace::WorkspaceError,
};
use program::progress::Visibility;
use serde::Deserialize;

use crate::{
    GraderError,
    grade::{self, Program, Workshop},
    submission::{self, HandedIn, Submission},
};

/// The folder of the corpus.
const FOLDER: &str = "instructor/tests/corpus";
const EXPECTED: &str = "expected.toml";

/// The timeouts of the corpus, shorter than for students, since wrong submissions wait for them in
/// each round.
const HOLD_TIMEOUTS: HoldTimeouts =
    HoldTimeouts { moving: Duration::from_secs(1), ..check::HOLD_TIMEOUTS };
const DEADLINE: Duration = Duration::from_secs(10);

/// The expected verdict on a wrong submission.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The check that has to fail.
    check: String,
    /// The expected diagnosis.
    diagnosis: Diagnosis,
}

/// A specimen: a submission of the corpus.
pub struct Specimen {
    /// The name of its folder.
    pub name: String,
    /// The expected verdict, if it is wrong.
    expected: Option<Expected>,
    built: Built,
    isolation: Isolation,
}

enum Built {
    /// The program, and the exercises to check with it.
    Program(Arc<Program>, Vec<&'static Exercise>),
    /// The verdicts on a submission that is not run.
    Verdicts(Vec<Verdict>),
}

/// How often a specimen got the expected verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of rounds with the expected verdict.
    pub right: usize,
    /// The first unexpected verdict.
    pub wrong: Option<String>,
    /// The number of verdicts that differ from those of the first round.
    pub changes: usize,
    first: Option<Vec<(String, Status, Option<Diagnosis>)>>,
}

/// Lists the submissions of the corpus, each with the function that builds it. `on_step` is called with its
/// name when the iterator reaches it.
///
/// # Errors
/// When the corpus cannot be read, or the grader cannot go on.
pub fn build(
    lab: &Path,
    isolation: Isolation,
    mut on_step: impl FnMut(&str) + Send,
) -> Result<impl Iterator<Item = impl FnOnce() -> Result<Specimen, GraderError>> + Send, GraderError>
{
    let folder = lab.join(FOLDER);
    let expected = folder.join(EXPECTED);
    let expected = fs::read_to_string(&expected).map_err(WorkspaceError::io("read", &expected))?;
    let mut expected: BTreeMap<String, Expected> = toml::from_str(&expected)?;
    let submissions = submission::all(&folder)?.submissions;
    let is_there = |name: &String| submissions.iter().any(|one| one.student == *name);
    if let Some(name) = expected.keys().find(|name| !is_there(name)) {
        return Err(GraderError::NoSpecimen { name: name.clone() });
    }
    let workshop = Arc::new(Workshop::open(lab, isolation, Visibility::OnTerminal)?);
    Ok(submissions.into_iter().map(move |submission| {
        on_step(&submission.student);
        let (workshop, expected) = (Arc::clone(&workshop), expected.remove(&submission.student));
        move || {
            let built = build_one(&workshop, &submission)?;
            Ok(Specimen { name: submission.student, expected, built, isolation })
        }
    }))
}

fn build_one(workshop: &Workshop, submission: &Submission) -> Result<Built, GraderError> {
    let handed_in = submission::read(submission).exercises;
    let mut about = Vec::new();
    for handed_in in &handed_in {
        if let Some(refusal) = &handed_in.refusal {
            return Ok(Built::Verdicts(handed_in.exercise.fail(Diagnosis::Refused, refusal)));
        }
        if !workshop.is_untouched(handed_in)? {
            about.push(handed_in);
        }
    }
    let Some(first) = about.first() else {
        return Err(GraderError::NoExercise { name: submission.student.clone() });
    };
    Ok(match workshop.build(first.exercise.part, &about)? {
        grade::Built::Program(program) => {
            Built::Program(program, about.iter().map(|one| one.exercise).collect())
        }
        grade::Built::Refused(error) => {
            let fail = |one: &&HandedIn| one.exercise.fail(Diagnosis::DoesNotCompile, &error);
            Built::Verdicts(about.iter().flat_map(fail).collect())
        }
    })
}

/// Grades every specimen in each round, while `load` busy loops compete for the cores. In the first
/// round, each specimen is built before it is graded, while others are graded.
///
/// # Errors
/// When the grader cannot go on.
pub fn grade(
    specimens: impl Iterator<Item = impl FnOnce() -> Result<Specimen, GraderError>> + Send,
    rounds: usize,
    busy_cores: usize,
    on_step: impl Fn(usize),
) -> Result<Vec<(Specimen, Tally)>, GraderError> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..busy_cores {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            });
        }
        on_step(1);
        let new = |specimen| (specimen, Tally::default());
        let mut graded = grade_each(specimens.map(|build| move || build().map(new)));
        for round in 2..=rounds {
            graded = graded.and_then(|graded| {
                on_step(round);
                grade_each(graded.into_iter().map(|graded| move || Ok(graded)))
            });
        }
        is_over.store(true, Ordering::Relaxed);
        graded
    })
}

/// Renders a line for each specimen, and the totals.
pub fn table(graded: &[(Specimen, Tally)], rounds: usize) -> String {
    let mut text = String::new();
    let (mut caught, mut passed) = (Count::default(), Count::default());
    for (specimen, tally) in graded {
        let Tally { right, wrong, changes, .. } = tally;
        let (kind, count) =
            if specimen.is_wrong() { ("wrong", &mut caught) } else { ("right", &mut passed) };
        count.right += right;
        count.all += rounds;
        let name = &specimen.name;
        let _ = writeln!(text, "{kind}  {name:40} {right} of {rounds}, {changes} changes");
        if let Some(wrong) = wrong {
            let _ = writeln!(text, "       {wrong}");
        }
    }
    let changes: usize = graded.iter().map(|(_, tally)| tally.changes).sum();
    let _ = writeln!(
        text,
        "\nwrong ones caught: {} of {}; right ones passed: {} of {}; verdicts changed: {changes}",
        caught.right, caught.all, passed.right, passed.all
    );
    text
}

/// A count out of a total.
#[derive(Default)]
struct Count {
    right: usize,
    all: usize,
}

/// Grades every specimen once, several at a time, as `grade` does. The thread that takes one from
/// the queue makes it ready first.
fn grade_each(
    specimens: impl Iterator<Item = impl FnOnce() -> Result<(Specimen, Tally), GraderError>> + Send,
) -> Result<Vec<(Specimen, Tally)>, GraderError> {
    let queue = Mutex::new(specimens.enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take_turns = || {
        iter::from_fn(next)
            .map(|(number, make_ready)| {
                let (specimen, mut tally) = make_ready()?;
                specimen.grade(&mut tally)?;
                Ok((number, (specimen, tally)))
            })
            .collect()
    };
    let by_prover: Result<Vec<Vec<_>>, GraderError> = thread::scope(|scope| {
        let provers = [(); grade::PROVED_AT_ONCE].map(|()| scope.spawn(take_turns));
        provers.into_iter().map(|prover| prover.join().expect("a prover not to panic")).collect()
    });
    let by_number: BTreeMap<usize, _> = by_prover?.into_iter().flatten().collect();
    Ok(by_number.into_values().collect())
}

impl Specimen {
    /// Whether the specimen is a wrong submission.
    pub fn is_wrong(&self) -> bool {
        self.expected.is_some()
    }

    /// Grades the specimen once.
    fn grade(&self, tally: &mut Tally) -> Result<(), SandboxError> {
        let verdicts = match &self.built {
            Built::Verdicts(verdicts) => verdicts.clone(),
            Built::Program(program, exercises) => {
                let setup = program.exam_setup(self.isolation);
                let limits = Limits { deadline: DEADLINE, ..setup.limits };
                let setup = ExamSetup { timeouts: HOLD_TIMEOUTS, limits, ..setup };
                let mut verdicts = Vec::new();
                for exercise in exercises {
                    verdicts.extend(exercise.prove(&setup)?);
                }
                verdicts
            }
        };
        match self.objection(&verdicts) {
            None => tally.right += 1,
            Some(objection) => {
                tally.wrong.get_or_insert(objection);
            }
        }
        let verdicts: Vec<_> =
            verdicts.into_iter().map(|one| (one.check, one.status, one.diagnosis)).collect();
        let first = tally.first.get_or_insert_with(|| verdicts.clone());
        tally.changes += first.iter().zip(&verdicts).filter(|(first, now)| first != now).count();
        Ok(())
    }

    /// The difference between the verdicts and the expected one, if any.
    fn objection(&self, verdicts: &[Verdict]) -> Option<String> {
        let Some(Expected { check, diagnosis }) = &self.expected else {
            let failed = verdicts.iter().find(|verdict| verdict.status != Status::Passed)?;
            return Some(format!("{}: {}", failed.check, failed.evidence));
        };
        match verdicts.iter().find(|verdict| verdict.check == *check) {
            Some(verdict) if verdict.diagnosis == Some(*diagnosis) => None,
            Some(verdict) => {
                // Its prerequisite may have failed.
                let failed = verdicts.iter().find(|verdict| verdict.status == Status::Failed);
                let Verdict { check, status, diagnosis, evidence, .. } = failed.unwrap_or(verdict);
                Some(format!("{check} is {status:?}, {diagnosis:?}: {evidence}"))
            }
            None => Some(format!("{check} was not run")),
        }
    }
}
