//! What a student hands in, as far as the grader looks at it: the files of the exercises, and none
//! that reach beyond them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use lab::{exercises::Exercise, source, workspace::WorkspaceError};

use crate::{GraderError, archive, graded, place::Place};

/// What macOS leaves beside what it unpacks.
const NOBODY: &str = "__MACOSX";

/// What a student hands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Whose it is: the name of the folder or the archive, without its ending.
    pub student: String,
    /// The folder or the archive.
    pub path: PathBuf,
}

impl Submission {
    /// What is at `path`, if it is a folder, or called like an archive, and not hidden.
    pub fn at(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy();
        if name.starts_with('.') || name == NOBODY {
            return None;
        }
        let student = if path.is_dir() { &name } else { archive::name_parts(&name)?.0 };
        Some(Self { student: student.to_owned(), path })
    }
}

/// What the students handed in, each a folder or an archive in `submissions`, sorted by their names.
///
/// # Errors
/// When it cannot be read, or is empty, or somebody handed in twice.
pub fn all(submissions: &Path) -> Result<Vec<Submission>, GraderError> {
    let entries = fs::read_dir(submissions).map_err(WorkspaceError::io("read", submissions))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut students: Vec<Submission> = paths.filter_map(Submission::at).collect();
    students.sort_by(|one, other| (&one.student, &one.path).cmp(&(&other.student, &other.path)));
    if students.is_empty() {
        return Err(GraderError::NoSubmissions { folder: submissions.to_owned() });
    }
    match students.array_windows().find(|[one, other]| one.student == other.student) {
        None => Ok(students),
        Some([one, other]) => Err(GraderError::HandedInTwice {
            student: one.student.clone(),
            one: one.path.clone(),
            other: other.path.clone(),
        }),
    }
}

/// What one exercise is handed in as.
#[derive(Debug)]
pub struct HandedIn {
    /// Which exercise.
    pub exercise: &'static Exercise,
    /// Its files, by their paths from the root of the workspace; those that are missing are as they
    /// were handed out.
    pub files: Vec<(PathBuf, String)>,
    /// Why they are not looked at, if they are not.
    pub refusal: Option<String>,
}

/// Looks for the files of all exercises in a submission; none is looked at where it is refused as a
/// whole.
pub fn read(submission: &Submission) -> Vec<HandedIn> {
    match Place::open(&submission.path) {
        Ok(place) => graded::exercises().map(|exercise| read_exercise(&place, exercise)).collect(),
        Err(error) => {
            let refusal = Some(error.to_string());
            let refuse = |exercise| HandedIn { exercise, files: vec![], refusal: refusal.clone() };
            graded::exercises().map(refuse).collect()
        }
    }
}

fn read_exercise(place: &Place, exercise: &'static Exercise) -> HandedIn {
    let mut handed_in = HandedIn { exercise, files: Vec::new(), refusal: None };
    for file in exercise.files {
        let Some(text) = place.source(file) else { continue };
        match text.and_then(|text| source::refusal(&text).map_or(Ok(text), Err)) {
            Ok(text) => handed_in.files.push((PathBuf::from(file), text)),
            Err(reason) => {
                handed_in.refusal.get_or_insert(format!("{file} {reason}"));
            }
        }
    }
    handed_in
}
