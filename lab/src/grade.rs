//! A folder of submissions, one after another: only the files of the exercises are taken, into a
//! workspace of ours, and what was proved is written down after each student.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use common::stopwatch::unix_time;
use serde::{Deserialize, Serialize};

use crate::{
    LabError,
    check::{LIMITS, PATIENCE},
    compile::{self, CompileError},
    exercises::{EXERCISES, Part},
    handout,
    points::Points,
    sitting::Proof,
    submission::{self, HandedIn},
    verdict::{Diagnosis, Verdict},
    workspace::{self, WorkspaceError},
};

/// Where the grader's own workspace and its build are kept, from the root of ours.
const PLACE: &str = "target/lab/grade";

/// The version of [`StudentResult`]'s shape.
const SCHEMA: u32 = 1;

/// What is known of a student's work: the file that all other forms are made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentResult {
    /// The version of this shape.
    pub schema: u32,
    /// The name of the student's folder.
    pub student: String,
    /// When it was graded, in seconds since 1970.
    pub graded_at: u64,
    /// The points, and how many there are.
    pub score: u32,
    /// How many points there are.
    pub score_max: u32,
    /// The verdict on each check.
    pub verdicts: Vec<Verdict>,
}

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
        let place = lab.join(PLACE);
        let root = place.join("workspace");
        handout::lay_out(lab, &root)?;
        Ok(Self { lab: lab.to_owned(), root, target: place.join("target") })
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
        Ok(compile::candidate(&self.root, &self.target, part, compile::QUICKLY)?)
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
    Ok(StudentResult {
        schema: SCHEMA,
        student: student.into_owned(),
        graded_at: unix_time().as_secs(),
        score: points.score(&verdicts),
        score_max: points.max(),
        verdicts,
    })
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

/// What was written down of a student before, if it was.
pub fn known(results: &Path, student: &Path) -> Option<StudentResult> {
    let text = fs::read(path_of(results, student)).ok()?;
    serde_json::from_slice(&text).ok().filter(|result: &StudentResult| result.schema == SCHEMA)
}

/// Writes down what was proved.
///
/// # Errors
/// When it cannot be written.
pub fn keep(results: &Path, student: &Path, result: &StudentResult) -> Result<(), WorkspaceError> {
    let path = path_of(results, student);
    let mut text = serde_json::to_vec_pretty(result).expect("a result that JSON can hold");
    text.push(b'\n');
    // Whole or not at all: whoever is interrupted grades this student again.
    let draft = path.with_extension("draft");
    workspace::write(&draft, &text)?;
    fs::rename(&draft, &path).map_err(WorkspaceError::io("write", &path))
}

fn path_of(results: &Path, student: &Path) -> PathBuf {
    let name = student.file_name().unwrap_or(OsStr::new("student"));
    results.join(name).with_added_extension("json")
}
