//! The results of students: one JSON file each, from which all exports are made.

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
pub use crate::points::GradedCheck;
use crate::points::Points;

/// The version of [`StudentResult`]'s shape.
const SCHEMA: u32 = 2;

/// The extension of result files.
const EXTENSION: &str = "json";

/// The extension of results of earlier submissions, followed by a number.
const OLDER_EXTENSION: &str = "older";

/// The note of a result whose student is not graded yet.
const NOT_GRADED_YET: &str = "not graded yet";

/// The result of a student.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentResult {
    /// The version of this shape.
    pub schema: u32,
    /// The student's name: that of the folder, or of the archive.
    pub student: String,
    /// The time of grading, in seconds since 1970.
    pub graded_at: u64,
    /// The duration of grading, in milliseconds.
    pub took_ms: u64,
    /// Whether all exercises are checked; false if the grader was interrupted.
    pub is_complete: bool,
    /// The reason why the result is not complete, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The folder or archive with the files, relative to the class folder; none if no file was
    /// taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<String>,
    /// The hash of the graded files, as in [`Contents::fingerprint`]; none in older results.
    ///
    /// [`Contents::fingerprint`]: crate::submission::Contents::fingerprint
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contents_sha256: Option<String>,
    /// The points, bonus included.
    pub score: u32,
    /// The most points without bonus.
    pub score_max: u32,
    /// The protections that the sandbox did without, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weaker_sandbox: Option<String>,
    /// The result of each check.
    pub checks: Vec<GradedCheck>,
}

impl StudentResult {
    /// The result with these verdicts.
    pub fn new(student: &str, graded_at: u64, verdicts: Vec<Verdict>, points: &Points) -> Self {
        let checks: Vec<GradedCheck> =
            verdicts.into_iter().map(|verdict| points.grade(verdict)).collect();
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

    /// The result of a student who is not graded yet.
    pub fn not_graded_yet(student: &str, points: &Points) -> Self {
        let note = Some(NOT_GRADED_YET.to_owned());
        Self { note, ..Self::new(student, 0, Vec::new(), points) }
    }
}

/// The stored result of a student, if there is one.
pub fn known(results: &Path, student: &str) -> Option<StudentResult> {
    let text = fs::read(path_of(results, student)).ok()?;
    serde_json::from_slice(&text).ok().filter(|result: &StudentResult| result.schema == SCHEMA)
}

/// Stores the result of a student.
///
/// # Errors
/// When it cannot be written.
pub fn keep(results: &Path, result: &StudentResult) -> Result<(), WorkspaceError> {
    let path = path_of(results, &result.student);
    let mut text = serde_json::to_vec_pretty(result).expect("a result that JSON can hold");
    text.push(b'\n');
    workspace::write_whole(&path, &text)
}

/// Stores "not graded yet" for a student without a result.
///
/// # Errors
/// When it cannot be written.
pub fn announce(results: &Path, student: &str, points: &Points) -> Result<(), WorkspaceError> {
    match known(results, student) {
        Some(_) => Ok(()),
        None => keep(results, &StudentResult::not_graded_yet(student, points)),
    }
}

/// Renames a student's result to `NAME.json.older-N`, and stores "not graded yet" in its place.
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

/// An error when results are read.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The folder holds no result.
    #[error("the folder has no results: name the folder that `cargo lab grade` wrote to")]
    None,
    /// A file is not a result.
    #[error("{} is not a result of the grader: remove it, or grade that student again", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: serde_json::Error,
    },
    /// A result has the shape of another version of the grader.
    #[error("{} was written by another version of the grader: grade that student again", path.display())]
    OtherShape {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read.
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
    fn results_are_read_by_name_and_other_files_are_reported() {
        let folder = tempfile::tempdir().unwrap();
        let read =
            || all(folder.path()).map(|results| results.len()).map_err(|error| error.to_string());
        assert!(read().unwrap_err().starts_with("the folder has no results"));
        let points = Points::built_in();
        for student in ["b", "a.b"] {
            keep(folder.path(), &StudentResult::new(student, 7, Vec::new(), &points)).unwrap();
        }
        let names = all(folder.path()).unwrap().into_iter().map(|result| result.student);
        assert_eq!(names.collect::<Vec<_>>(), ["a.b", "b"]);
        fs::write(folder.path().join("c.json"), "{}").unwrap();
        assert!(read().unwrap_err().contains("c.json is not a result"));
    }
}
