//! What is known of each student's work: one file of JSON each, which all other forms are made from.

mod file_names;

use std::{
    fs,
    path::{Path, PathBuf},
};

use lab::{
    verdict::Verdict,
    workspace::{self, WorkspaceError},
};
use serde::{Deserialize, Serialize};

pub(crate) use self::file_names::file_name_of;
use crate::points::{FeedbackLevel, Points, Visibility};

/// The version of [`StudentResult`]'s shape.
const SCHEMA: u32 = 2;

/// How the files of results end.
const EXTENSION: &str = "json";

/// What is kept of a former submission ends so, with a number: it is no result of another student.
const OLDER_EXTENSION: &str = "older";

/// What a result says of a student whom the grader has not come to.
const NOT_GRADED_YET: &str = "not graded yet";

/// A student's work, as far as it is judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentResult {
    /// The version of this shape.
    pub schema: u32,
    /// The student's name: that of the folder, or of the archive.
    pub student: String,
    /// When it was graded, in seconds since 1970.
    pub graded_at: u64,
    /// How long that took, in milliseconds.
    pub took_ms: u64,
    /// Whether nothing is left to be judged; false if the grader was interrupted.
    pub is_complete: bool,
    /// Why something is left to be judged, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The folder or the archive that the files were taken from, in the folder of the class; none if
    /// no file was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<String>,
    /// The hash of what was graded, as [`Contents::fingerprint`] has it; none in results of before.
    ///
    /// [`Contents::fingerprint`]: crate::submission::Contents::fingerprint
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contents_sha256: Option<String>,
    /// The points, bonus included.
    pub score: u32,
    /// How many points there are without a bonus.
    pub score_max: u32,
    /// Which protections of the sandbox the grader did without, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weaker_sandbox: Option<String>,
    /// What became of each check.
    pub checks: Vec<Judged>,
}

/// A verdict, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The verdict.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The points that it has earned.
    pub score: u32,
    /// The points that there are for it; 0 if it is a bonus that could not be judged.
    pub score_max: u32,
    /// Whether its points come on top.
    pub is_bonus: bool,
    /// When the student may see it.
    pub visibility: Visibility,
    /// How much of it the student may see then.
    pub tells: FeedbackLevel,
}

impl StudentResult {
    /// What these verdicts are worth.
    pub fn new(student: &str, graded_at: u64, verdicts: Vec<Verdict>, points: &Points) -> Self {
        let checks: Vec<Judged> =
            verdicts.into_iter().map(|verdict| points.judge(verdict)).collect();
        Self {
            schema: SCHEMA,
            student: student.to_owned(),
            graded_at,
            took_ms: 0,
            is_complete: false,
            note: None,
            taken_from: None,
            contents_sha256: None,
            score: checks.iter().map(|check| check.score).sum(),
            score_max: points.max(),
            weaker_sandbox: None,
            checks,
        }
    }

    /// The result of a student whom the grader has not come to.
    pub fn not_graded_yet(student: &str, points: &Points) -> Self {
        let note = Some(NOT_GRADED_YET.to_owned());
        Self { note, ..Self::new(student, 0, Vec::new(), points) }
    }
}

/// What was written down of a student before, if it was.
pub fn known(results: &Path, student: &str) -> Option<StudentResult> {
    let text = fs::read(path_of(results, student)).ok()?;
    serde_json::from_slice(&text).ok().filter(|result: &StudentResult| result.schema == SCHEMA)
}

/// Writes down what is known of a student.
///
/// # Errors
/// When it cannot be written.
pub fn keep(results: &Path, result: &StudentResult) -> Result<(), WorkspaceError> {
    let path = path_of(results, &result.student);
    let mut text = serde_json::to_vec_pretty(result).expect("a result that JSON can hold");
    text.push(b'\n');
    workspace::write_whole(&path, &text)
}

/// Writes down that a student is not graded yet, unless something is known.
///
/// # Errors
/// When it cannot be written.
pub fn announce(results: &Path, student: &str, points: &Points) -> Result<(), WorkspaceError> {
    match known(results, student) {
        Some(_) => Ok(()),
        None => keep(results, &StudentResult::not_graded_yet(student, points)),
    }
}

/// Keeps a student's result beside the one that is to come, as the next of `alice.json.older-1`,
/// `alice.json.older-2`, and so on; the student is not graded yet from then on.
///
/// # Errors
/// When it cannot be written.
pub fn set_aside(results: &Path, student: &str, points: &Points) -> Result<(), WorkspaceError> {
    let path = path_of(results, student);
    let older = (1..=u32::MAX)
        .map(|number| path.with_added_extension(format!("{OLDER_EXTENSION}-{number}")))
        .find(|older| !older.exists())
        .expect("a number that is not taken");
    // Not renamed: there is a result at any time.
    fs::hard_link(&path, &older)
        .or_else(|_| fs::copy(&path, &older).map(drop))
        .map_err(WorkspaceError::io("write", &older))?;
    keep(results, &StudentResult::not_graded_yet(student, points))
}

/// The results of all students, by their names.
///
/// # Errors
/// When the folder, or a result in it, cannot be read.
pub fn all(results: &Path) -> Result<Vec<StudentResult>, ResultsError> {
    let entries = fs::read_dir(results).map_err(WorkspaceError::io("read", results))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == EXTENSION));
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read(&path).map_err(WorkspaceError::io("read", &path))?;
        let result: StudentResult = serde_json::from_slice(&text)
            .map_err(|source| ResultsError::Malformed { path: path.clone(), source })?;
        if result.schema == SCHEMA { Ok(result) } else { Err(ResultsError::OtherShape { path }) }
    };
    let results: Vec<StudentResult> = paths.into_iter().map(read).collect::<Result<_, _>>()?;
    if results.is_empty() { Err(ResultsError::None) } else { Ok(results) }
}

/// Why there are no results to be had.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The folder holds no result.
    #[error("it has no results: name the folder that `cargo lab grade` wrote to")]
    None,
    /// A file that is no result.
    #[error("{} is no result: remove it, or grade that student again", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A result of another version of the grader.
    #[error("{} was written by another version: grade that student again", path.display())]
    OtherShape {
        /// The file.
        path: PathBuf,
    },
    /// Something could not be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

fn path_of(results: &Path, student: &str) -> PathBuf {
    results.join(file_name_of(student)).with_added_extension(EXTENSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_by_name_and_what_is_none_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let read =
            || all(folder.path()).map(|results| results.len()).map_err(|error| error.to_string());
        assert!(read().unwrap_err().starts_with("it has no results"));
        let points = Points::built_in();
        for student in ["b", "a.b"] {
            keep(folder.path(), &StudentResult::new(student, 7, Vec::new(), &points)).unwrap();
        }
        let names = all(folder.path()).unwrap().into_iter().map(|result| result.student);
        assert_eq!(names.collect::<Vec<_>>(), ["a.b", "b"]);
        fs::write(folder.path().join("c.json"), "{}").unwrap();
        assert!(read().unwrap_err().contains("c.json is no result"));
    }
}
