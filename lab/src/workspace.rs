//! The lab's workspace: finds its root, and lists, copies and writes its files.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use program::command_line;

/// Folders without sources: build output and version control.
const LEFT_OUT: &[&str] = &["target", ".git"];

/// A folder that only the lab's workspace has at its root.
const LANDMARK: &str = "part1-primes/src/variants";

/// An error of the workspace.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The current folder is not in the lab.
    #[error("{} is not within the lab: start `cargo lab` in its workspace", folder.display())]
    NotTheLab {
        /// The current folder.
        folder: PathBuf,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {attempt} {}", path.display())]
    Io {
        /// The attempt.
        attempt: &'static str,
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

impl WorkspaceError {
    /// Wraps an error of the operating system.
    pub fn io(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { attempt, path: path.to_owned(), source }
    }
}

/// The root of the workspace that the current folder is in.
///
/// # Errors
/// When it is in none.
pub fn root() -> Result<PathBuf, WorkspaceError> {
    let here = env::current_dir().map_err(WorkspaceError::io("find", Path::new(".")))?;
    let root = here.ancestors().find(|folder| folder.join(LANDMARK).is_dir());
    root.map(Path::to_owned).ok_or_else(|| WorkspaceError::NotTheLab { folder: here.clone() })
}

/// All files of the workspace, by their paths from its root, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub fn files(root: &Path) -> Result<Vec<PathBuf>, WorkspaceError> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = || WorkspaceError::io("read", &folder);
        for entry in fs::read_dir(&folder).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            let kind = entry.file_type().map_err(failed())?;
            if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let path = entry.path();
                files.push(path.strip_prefix(root).expect("a path below the root").to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Copies a file with its permissions, but only if it differs, so that builds stay fresh.
///
/// # Errors
/// When it cannot be read, or its copy cannot be written.
pub fn copy(from: &Path, to: &Path) -> Result<(), WorkspaceError> {
    let contents = fs::read(from).map_err(WorkspaceError::io("read", from))?;
    write(to, &contents)?;
    let permissions = fs::metadata(from).map_err(WorkspaceError::io("read", from))?.permissions();
    fs::set_permissions(to, permissions).map_err(WorkspaceError::io("change", to))
}

/// Writes a file and its folders, but only if its contents change.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, contents: &[u8]) -> Result<(), WorkspaceError> {
    if fs::read(path).is_ok_and(|former| former == contents) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(WorkspaceError::io("create", folder))?;
    }
    fs::write(path, contents).map_err(WorkspaceError::io("write", path))
}

/// Writes a file and its folders atomically: the file has its name only once it is complete.
///
/// # Errors
/// When it cannot be written.
pub fn write_whole(path: &Path, contents: &[u8]) -> Result<(), WorkspaceError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(WorkspaceError::io("create", folder))?;
    }
    command_line::write_whole(path, contents).map_err(WorkspaceError::io("write", path))
}
