//! The folder of a class: lists the submissions, and keeps results out of it.

use std::{
    fs, io,
    path::{self, Component, Path, PathBuf},
};

use lab::workspace::WorkspaceError;

use super::{Submission, is_hidden, quoted, text_of};
use crate::GraderError;

/// The contents of a class folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// One for each student, sorted by their names.
    pub submissions: Vec<Submission>,
    /// The names of files that are skipped: neither a folder nor an archive.
    pub skipped: Vec<String>,
}

/// Lists the submissions in a class folder, each a folder or an archive.
///
/// A student who has handed in more than once is refused, and no other student is.
///
/// # Errors
/// When the folder cannot be read, or has no submission.
pub fn all(submissions: &Path) -> Result<Class, GraderError> {
    let entries = fs::read_dir(submissions).map_err(WorkspaceError::io("read", submissions))?;
    let (mut found, mut skipped) = (Vec::new(), Vec::new());
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = text_of(path.file_name().unwrap_or_default());
        match Submission::at(path) {
            Some(submission) => found.push(submission),
            None if is_hidden(&name) => {}
            None => skipped.push(name),
        }
    }
    if found.is_empty() {
        return Err(GraderError::NoSubmissions { folder: submissions.to_owned() });
    }
    found.sort_by(|one, other| (&one.student, &one.path).cmp(&(&other.student, &other.path)));
    skipped.sort();
    let of_students = found.chunk_by(|one, other| one.student == other.student);
    Ok(Class { submissions: of_students.map(only_one).collect(), skipped })
}

/// The submission of a student, refused if there are several.
fn only_one(of_student: &[Submission]) -> Submission {
    let first = of_student[0].clone();
    if of_student.len() == 1 {
        return first;
    }
    let names: Vec<String> = of_student.iter().map(|one| quoted(&one.path)).collect();
    let refusal =
        format!("handed in {} times, as {}: keep one of them", names.len(), names.join(" and "));
    Submission { refusal: Some(refusal), ..first }
}

/// Refuses a folder for results that overlaps with the class folder.
///
/// # Errors
/// When one contains the other, or a folder cannot be found.
pub fn check_no_overlap(submissions: &Path, results: &Path) -> Result<(), GraderError> {
    let class = fs::canonicalize(submissions).map_err(WorkspaceError::io("read", submissions))?;
    let out = resolved(results).map_err(WorkspaceError::io("find", results))?;
    if out.starts_with(&class) || class.starts_with(&out) {
        return Err(GraderError::OverlappingFolders {
            submissions: submissions.to_owned(),
            results: results.to_owned(),
        });
    }
    Ok(())
}

/// Resolves all links of a path whose end need not exist yet.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let mut reached = PathBuf::new();
    for component in path::absolute(path)?.components() {
        match component {
            Component::ParentDir => {
                reached.pop();
            }
            _ => reached.push(component),
        }
        if let Ok(real) = fs::canonicalize(&reached) {
            reached = real;
        } else if let Ok(target) = fs::read_link(&reached) {
            // A link to what is not there yet.
            reached = reached.parent().unwrap_or(Path::new("/")).join(target);
        }
    }
    Ok(reached)
}
