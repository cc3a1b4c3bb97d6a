//! The starter that students get: this very workspace, without the solutions and without what is for
//! instructors.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    regions::{self, RegionError},
    workspace::{self, WorkspaceError},
};

/// Whatever begins so is for instructors, or for those who change the lab, or proves the grader.
const LEFT_OUT: &[&str] = &[
    ".ci",
    ".github",
    "CONTRIBUTING.md",
    "INSTRUCTORS.md",
    "lab/hidden.toml",
    "lab/src/hidden.rs",
    "lab/tests",
];

/// How the files end that may have regions.
const WITH_REGIONS: &[&str] = &["rs", "md"];

/// Why there is no handout.
#[derive(Debug, thiserror::Error)]
pub enum HandoutError {
    /// It would overwrite something.
    #[error("{} is not empty: name a folder that is new", folder.display())]
    NotEmpty {
        /// The folder that was named.
        folder: PathBuf,
    },
    /// A source whose regions make no sense.
    #[error("cannot make a starter of {}", path.display())]
    Region {
        /// The source, from the root of the workspace.
        path: PathBuf,
        /// What is wrong with it.
        source: RegionError,
    },
    /// A file could not be read or written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

/// Makes the starter in `out`, a new folder; returns the files that are the students' to write.
///
/// # Errors
/// When there is something in `out`, or a file cannot be read or written.
pub fn make(root: &Path, out: &Path) -> Result<Vec<PathBuf>, HandoutError> {
    if fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(HandoutError::NotEmpty { folder: out.to_owned() });
    }
    lay_out(root, out)
}

/// What a file is handed out as.
///
/// # Errors
/// When it cannot be read, or its regions make no sense.
pub fn starter_of(root: &Path, path: &Path) -> Result<String, HandoutError> {
    let source = root.join(path);
    let source = fs::read_to_string(&source).map_err(WorkspaceError::io("read", &source))?;
    regions::starter(&source)
        .map_err(|source| HandoutError::Region { path: path.to_owned(), source })
}

/// As [`make`], over what is in `out`, of which only what differs is written.
pub(crate) fn lay_out(root: &Path, out: &Path) -> Result<Vec<PathBuf>, HandoutError> {
    let mut exercises = Vec::new();
    for path in workspace::files(root)? {
        // A handout within the workspace is not part of the next one.
        let is_left_out = LEFT_OUT.iter().any(|left_out| path.starts_with(left_out));
        if is_left_out || root.join(&path).starts_with(out) {
            continue;
        }
        let ends_in = |ending: &str| path.extension().is_some_and(|extension| extension == ending);
        let may_have_regions = WITH_REGIONS.iter().any(|ending| ends_in(ending));
        let source = may_have_regions.then(|| fs::read_to_string(root.join(&path)));
        match source {
            Some(Ok(source)) if regions::has_any(&source) => {
                let starter = regions::starter(&source)
                    .map_err(|source| HandoutError::Region { path: path.clone(), source })?;
                workspace::write(&out.join(&path), starter.as_bytes())?;
                // What the grader leaves out, or a text, is nobody's to write.
                if ends_in("rs") && !path.starts_with("lab") {
                    exercises.push(path);
                }
            }
            _ => workspace::copy(&root.join(&path), &out.join(&path))?,
        }
    }
    Ok(exercises)
}
