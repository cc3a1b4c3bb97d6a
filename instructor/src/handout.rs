//! Makes the handout for students: this workspace without solutions and without files for
//! instructors.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

use interrupt::Cleanup;
use lab::{
    compile::{self, CompileError},
    workspace::{self, WorkspaceError},
};

use crate::regions::{self, RegionError};

/// The beginnings of paths that are left out: for instructors, maintainers, or tests of the grader.
const LEFT_OUT: &[&str] = &[
    ".ci",
    ".github",
    "CONTRIBUTING.md",
    "INSTRUCTORS.md",
    "common/tests/architecture",
    "instructor",
    "lab/tests",
];

/// The extensions of files that may have solution regions.
const WITH_REGIONS: &[&str] = &["md", "rs", "toml"];

/// The manifest that declares the version of our packages.
const MANIFEST: &str = "Cargo.toml";
const LOCK_FILE: &str = "Cargo.lock";

/// The version suffix of a handout's packages.
const MARK: &str = "handout";

/// An error that prevents a handout.
#[derive(Debug, thiserror::Error)]
pub enum HandoutError {
    /// The folder is not empty.
    #[error("{} is not empty: name a new folder", folder.display())]
    NotEmpty {
        /// The folder that was named.
        folder: PathBuf,
    },
    /// A source has regions that do not match.
    #[error("cannot remove the solutions from {}", path.display())]
    Region {
        /// The source, from the root of the workspace.
        path: PathBuf,
        /// The error in its regions.
        source: RegionError,
    },
    /// Cargo cannot be started.
    #[error(transparent)]
    Cargo(#[from] CompileError),
    /// Cargo cannot update the lock file.
    #[error("cargo cannot write the lock file of the handout: {stderr}")]
    NotLocked {
        /// Cargo's error.
        stderr: String,
    },
    /// A file could not be read or written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

/// Makes the handout in the new folder `out`; returns the files that students write.
///
/// It is made in a hidden folder beside `out`, which gets its name once all is there. That folder is
/// removed if something fails, or a signal ends the process.
///
/// # Errors
/// When there is something in `out`, or a file cannot be read or written.
pub fn make(root: &Path, out: &Path) -> Result<Vec<PathBuf>, HandoutError> {
    let out = &out.canonicalize().unwrap_or_else(|_| out.to_owned());
    if fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(HandoutError::NotEmpty { folder: out.to_owned() });
    }
    let (draft, cleanup) = Cleanup::after(|| {
        let draft = begin_draft(out)?;
        let removed = draft.clone();
        Ok::<_, WorkspaceError>((draft, move || drop(fs::remove_dir_all(removed))))
    })?;
    let made = lay_out(root, &draft, MARK, |_| false).and_then(|exercises| {
        fs::rename(&draft, out).map_err(WorkspaceError::io("create", out))?;
        Ok(exercises)
    });
    if made.is_err() {
        let _ = fs::remove_dir_all(&draft); // the first error is the one to report
    }
    drop(cleanup);
    made
}

/// Creates the draft folder that will be renamed to `out`.
fn begin_draft(out: &Path) -> Result<PathBuf, WorkspaceError> {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let draft = out.with_file_name(format!(".{name}.{}", process::id()));
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder).map_err(WorkspaceError::io("create", folder))?;
    }
    fs::create_dir(&draft).map_err(WorkspaceError::io("create", &draft))?;
    if let Ok(former) = out.metadata() {
        fs::set_permissions(&draft, former.permissions())
            .map_err(WorkspaceError::io("change", &draft))?;
    }
    Ok(draft)
}

/// The contents of a file in the handout.
///
/// # Errors
/// When it cannot be read, or its regions make no sense.
pub fn starter_of(root: &Path, path: &Path) -> Result<String, HandoutError> {
    let source = root.join(path);
    let source = fs::read_to_string(&source).map_err(WorkspaceError::io("read", &source))?;
    regions::starter(&source)
        .map_err(|source| HandoutError::Region { path: path.to_owned(), source })
}

/// Writes the handout over what is in `out`, changing only files that differ. Versions end in
/// `mark`, and files that are `solved` keep their solutions.
pub(crate) fn lay_out(
    root: &Path,
    out: &Path,
    mark: &str,
    solved: impl Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, HandoutError> {
    let mut exercises = Vec::new();
    for path in workspace::files(root)? {
        // A handout within the workspace is not part of the next one.
        let is_left_out = LEFT_OUT.iter().any(|left_out| path.starts_with(left_out));
        if is_left_out || root.join(&path).starts_with(out) {
            continue;
        }
        let ends_in = |ending: &str| path.extension().is_some_and(|extension| extension == ending);
        let may_have_regions = WITH_REGIONS.iter().any(|ending| ends_in(ending)) && !solved(&path);
        let source = may_have_regions.then(|| fs::read_to_string(root.join(&path)));
        match source {
            Some(Ok(source)) if regions::has_any(&source) => {
                let mut starter = regions::starter(&source)
                    .map_err(|source| HandoutError::Region { path: path.clone(), source })?;
                if path == Path::new(MANIFEST) {
                    starter = with_version_mark(&starter, mark);
                }
                Cleanup::whole_step(|| workspace::write(&out.join(&path), starter.as_bytes()))?;
                // What is left out of a text or of a manifest is not for students to write.
                if ends_in("rs") {
                    exercises.push(path);
                }
            }
            _ => Cleanup::whole_step(|| workspace::copy(&root.join(&path), &out.join(&path)))?,
        }
    }
    if out.join(LOCK_FILE).exists() {
        lock(out)?;
    }
    Ok(exercises)
}

/// The root manifest, with `mark` appended to the version of our packages.
///
/// Cargo distinguishes packages of two workspaces by their versions, and by their paths from the root: in a
/// target folder that both use, it would otherwise take one for the other.
fn with_version_mark(manifest: &str, mark: &str) -> String {
    let mut lines: Vec<String> = manifest.lines().map(str::to_owned).collect();
    if let Some(version) = lines.iter_mut().find(|line| line.starts_with("version = \"")) {
        version.insert_str(version.len() - 1, &format!("-{mark}"));
    }
    lines.join("\n") + "\n"
}

/// Removes from the lock file of `out` what no package there needs, since `--locked` accepts nothing
/// else. Cargo does it, and keeps all other versions.
fn lock(out: &Path) -> Result<(), HandoutError> {
    let mut update = compile::cargo();
    update
        .args(["update", "--quiet", "--offline", "--color", "never", "--workspace"])
        .current_dir(out);
    let update = compile::output(&mut update).map_err(|source| CompileError::NoCargo { source })?;
    if update.status.success() {
        return Ok(());
    }
    Err(HandoutError::NotLocked {
        stderr: String::from_utf8_lossy(&update.stderr).trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_versions_are_marked_and_no_others() {
        let manifest = "# Ours.\n[workspace.package]\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                        [workspace.dependencies]\nnix = { version = \"0.31\" }\n";
        assert_eq!(with_version_mark(manifest, "new"), manifest.replace("0.1.0", "0.1.0-new"));
    }
}
