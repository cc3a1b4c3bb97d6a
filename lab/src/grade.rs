//! A folder of submissions, one after another: only the files of the exercises are taken, into a
//! workspace of ours, and what was proved is written down after each student.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    LabError,
    check::{LIMITS, PATIENCE},
    compile::{self, CompileError, Optimised},
    exercises::{EXERCISES, Part},
    handout,
    points::Points,
    results::StudentResult,
    sitting::Proof,
    submission::{self, HandedIn},
    verdict::Diagnosis,
    workspace::{self, WorkspaceError},
};
use common::stopwatch::unix_time;

/// Where the grader's own workspace and its build are kept, from the root of ours.
const PLACE: &str = "target/lab/grade/workspace";

/// Where submissions are built: a workspace as it is handed out, and nothing of a student's but what
/// is put there.
pub struct Workshop {
    /// Where files come from that a student does not hand in.
    lab: PathBuf,
    root: PathBuf,
    target: PathBuf,
}

impl Workshop {
    /// The workshop of the lab at `lab`, brought up to date.
    ///
    /// # Errors
    /// When the handout cannot be made.
    pub fn open(lab: &Path) -> Result<Self, LabError> {
        let root = lab.join(PLACE);
        handout::lay_out(lab, &root)?;
        Ok(Self { lab: lab.to_owned(), root, target: lab.join("target") })
    }

    /// Builds the candidate of `part` from what was handed in, and from the handout where nothing
    /// was.
    ///
    /// # Errors
    /// When it does not compile, or cannot be written.
    pub fn build(&self, part: Part, handed_in: &[&HandedIn]) -> Result<PathBuf, LabError> {
        let in_part = || EXERCISES.iter().filter(|exercise| exercise.part == part);
        for file in in_part().flat_map(|exercise| exercise.files) {
            let source = handed_in
                .iter()
                .flat_map(|one| &one.files)
                .find(|(path, _)| path == Path::new(file));
            let contents = match source {
                Some((_, source)) => source.clone(),
                None => handout::starter_of(&self.lab, Path::new(file))?,
            };
            workspace::write(&self.root.join(file), contents.as_bytes())?;
        }
        Ok(compile::candidate(&self.root, &self.target, part, Optimised::NotAtAll)?)
    }
}

/// Grades one student's folder.
///
/// # Errors
/// When the grader itself cannot go on; never for what a student wrote.
pub fn student(
    workshop: &Workshop,
    folder: &Path,
    points: &Points,
) -> Result<StudentResult, LabError> {
    let handed_in = submission::read(folder);
    let mut verdicts = Vec::new();
    for part in Part::ALL {
        let of_part: Vec<&HandedIn> =
            handed_in.iter().filter(|handed_in| handed_in.exercise.part == part).collect();
        let sound: Vec<&HandedIn> =
            of_part.iter().copied().filter(|handed_in| handed_in.refusal.is_none()).collect();
        let together = build(workshop, part, &sound)?;
        for handed_in in of_part {
            let exercise = handed_in.exercise;
            if let Some(refusal) = &handed_in.refusal {
                verdicts.extend(exercise.fail(Diagnosis::Refused, refusal));
                continue;
            }
            // One exercise that does not compile costs only its own points.
            let built = match &together {
                Ok(program) => Ok(program.clone()),
                Err(_) => build(workshop, part, &[handed_in])?,
            };
            match built {
                Ok(program) => {
                    let proof = Proof { program, patience: PATIENCE, limits: LIMITS };
                    verdicts.extend(exercise.prove(&proof)?);
                }
                Err(said) => verdicts.extend(exercise.fail(Diagnosis::DoesNotCompile, &said)),
            }
        }
    }
    let student = folder.file_name().unwrap_or(OsStr::new("student")).to_string_lossy();
    let result = StudentResult::new(&student, unix_time().as_secs(), verdicts, points);
    Ok(StudentResult { is_complete: true, ..result })
}

/// The candidate, or what the compiler has against it.
fn build(
    workshop: &Workshop,
    part: Part,
    handed_in: &[&HandedIn],
) -> Result<Result<PathBuf, String>, LabError> {
    match workshop.build(part, handed_in) {
        Ok(program) => Ok(Ok(program)),
        Err(LabError::Compile(CompileError::Refused { said })) => Ok(Err(said)),
        Err(error) => Err(error),
    }
}

/// The folders of the students in `submissions`, sorted.
///
/// # Errors
/// When it cannot be read.
pub fn students(submissions: &Path) -> Result<Vec<PathBuf>, WorkspaceError> {
    let entries = fs::read_dir(submissions).map_err(WorkspaceError::io("read", submissions))?;
    let mut folders: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}
