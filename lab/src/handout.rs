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
    "common/tests/architecture",
    "lab/hidden.toml",
    "lab/src/hidden.rs",
    "lab/tests",
];

/// How the files end that may have regions.
const WITH_REGIONS: &[&str] = &["rs", "md"];

/// What the versions of our packages are in.
const WITH_VERSIONS: &[&str] = &["Cargo.lock", "Cargo.toml"];

/// What those of a starter end in.
const MARK: &str = "handout";

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
    lay_out(root, out, MARK)
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

/// As [`make`], over what is in `out`, of which only what differs is written; versions end in `mark`.
pub(crate) fn lay_out(root: &Path, out: &Path, mark: &str) -> Result<Vec<PathBuf>, HandoutError> {
    let mut exercises = Vec::new();
    for path in workspace::files(root)? {
        // A handout within the workspace is not part of the next one.
        let is_left_out = LEFT_OUT.iter().any(|left_out| path.starts_with(left_out));
        if is_left_out || root.join(&path).starts_with(out) {
            continue;
        }
        if WITH_VERSIONS.iter().any(|file| path == Path::new(file)) {
            let source = root.join(&path);
            let source =
                fs::read_to_string(&source).map_err(WorkspaceError::io("read", &source))?;
            workspace::write(&out.join(&path), marked(&source, mark).as_bytes())?;
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

/// A manifest or lock file, with a mark at the versions of our own packages, which come from nowhere else.
///
/// Cargo tells packages of two workspaces apart by their versions, and by their paths from the root: in a
/// target folder that both use, it would otherwise take one for the other.
fn marked(toml: &str, mark: &str) -> String {
    let tables: Vec<String> = toml
        .split("\n\n")
        .map(|table| {
            let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
            let is_ours = !lines.iter().any(|line| line.starts_with("source = "));
            let version = lines.iter_mut().find(|line| line.starts_with("version = \""));
            if let Some(version) = version.filter(|_| is_ours) {
                version.insert_str(version.len() - 1, &format!("-{mark}"));
            }
            lines.join("\n")
        })
        .collect();
    tables.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_versions_are_marked_and_no_others() {
        let manifest = "# Ours.\n[workspace.package]\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                        [workspace.dependencies]\nnix = { version = \"0.31\" }\n";
        assert_eq!(marked(manifest, "new"), manifest.replace("0.1.0", "0.1.0-new"));
        let lock = "# Written by cargo.\nversion = 4\n\n[[package]]\nname = \"adler2\"\nversion = \"2.0.1\"\n\
                    source = \"registry\"\n\n[[package]]\nname = \"common\"\nversion = \"0.1.0\"\n";
        assert_eq!(marked(lock, "new"), lock.replace("0.1.0", "0.1.0-new"));
    }
}
