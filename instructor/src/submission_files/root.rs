//! A folder or an archive that may have files of exercises.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use lab::{exercises::EXERCISES, source};

use super::SubmissionFilesError;
use crate::archive::{self, ArchiveError, ENTRIES_MAX};

#[derive(Debug)]
pub(super) enum Root {
    Folder(PathBuf),
    /// The files that may be those of exercises, and nested archives.
    Archive(BTreeMap<PathBuf, Vec<u8>>),
}

impl Root {
    /// Unpacks an archive of this name.
    pub(super) fn unpacked(archive: &[u8], name: &Path) -> Result<Self, ArchiveError> {
        let name = name.file_name().unwrap_or_default().to_string_lossy();
        let is_wanted = |path: &Path| could_be_an_exercise(path) || could_be_an_archive(path);
        archive::read(archive, &name, is_wanted).map(Self::Archive)
    }

    /// Unpacks an archive that is in this root.
    pub(super) fn unpack(&self, archive: &Path) -> Result<Self, SubmissionFilesError> {
        match self {
            Self::Folder(root) => {
                let path = root.join(archive);
                // A link could lead anywhere, and a pipe is waited for.
                if !fs::symlink_metadata(&path)?.is_file() {
                    return Err(SubmissionFilesError::Special);
                }
                Ok(Self::unpacked(&archive::load(&path)?, archive)?)
            }
            Self::Archive(files) => Ok(Self::unpacked(&files[archive], archive)?),
        }
    }

    /// The folders that may have files of exercises: this one, and its direct subfolders.
    pub(super) fn folders(&self) -> Result<BTreeSet<PathBuf>, SubmissionFilesError> {
        let mut folders = BTreeSet::from([PathBuf::new()]);
        match self {
            Self::Folder(root) => {
                // What cannot be entered matters only if there is nothing else: see `archives`.
                let may_be_entered =
                    |folder: &PathBuf| fs::symlink_metadata(root.join(folder).join(".")).is_ok();
                folders.extend(folders_in(root)?.into_iter().filter(may_be_entered));
            }
            Self::Archive(files) => {
                folders
                    .extend(files.keys().filter_map(|file| file.iter().next()).map(PathBuf::from));
            }
        }
        Ok(folders)
    }

    /// Whether this folder has a file of an exercise, even one that is refused.
    pub(super) fn has_an_exercise(&self, folder: &Path) -> bool {
        exercise_files().any(|file| self.source(&folder.join(file)).is_some())
    }

    /// The archives in this root and its direct subfolders, sorted.
    pub(super) fn archives(&self) -> Result<Vec<PathBuf>, SubmissionFilesError> {
        let mut archives: Vec<PathBuf> = match self {
            Self::Folder(root) => {
                let mut found = names_in(root)?;
                for folder in folders_in(root)? {
                    let names = names_in(&root.join(&folder))?;
                    found.extend(names.iter().map(|name| folder.join(name)));
                    if found.len() > ENTRIES_MAX {
                        return Err(SubmissionFilesError::TooMany);
                    }
                }
                found
            }
            Self::Archive(files) => files.keys().cloned().collect(),
        };
        archives.retain(|path| could_be_an_archive(path));
        archives.sort();
        Ok(archives)
    }

    /// The source at this path, if it exists, or why it is refused.
    pub(super) fn source(&self, path: &Path) -> Option<Result<String, String>> {
        match self {
            Self::Folder(root) => source::read(root, path),
            Self::Archive(files) => Some(source::text(files.get(path)?.clone())),
        }
    }
}

/// The names in a folder, unless there are too many.
fn names_in(folder: &Path) -> Result<Vec<PathBuf>, SubmissionFilesError> {
    let entries = fs::read_dir(folder)?.take(ENTRIES_MAX + 1);
    let names: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.file_name().into())).collect::<io::Result<_>>()?;
    if names.len() > ENTRIES_MAX { Err(SubmissionFilesError::TooMany) } else { Ok(names) }
}

/// The subfolders of a folder, without links.
fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, SubmissionFilesError> {
    let is_folder =
        |name: &PathBuf| fs::symlink_metadata(folder.join(name)).is_ok_and(|found| found.is_dir());
    Ok(names_in(folder)?.into_iter().filter(is_folder).collect())
}

/// Whether this is the path of an exercise's file, with or without a first folder.
fn could_be_an_exercise(path: &Path) -> bool {
    let below: PathBuf = path.iter().skip(1).collect();
    exercise_files().any(|file| path == Path::new(file) || below == Path::new(file))
}

/// Whether this has the name of an archive, at the top or in a folder there. What macOS adds is
/// none.
fn could_be_an_archive(path: &Path) -> bool {
    let names: Vec<&OsStr> = path.iter().collect();
    let (folders, name) = match names.as_slice() {
        [name] => (None, name),
        [folder, name] => (Some(folder), name),
        _ => return false,
    };
    let name = name.to_string_lossy();
    !name.starts_with("._")
        && archive::name_parts(&name).is_some()
        && folders.is_none_or(|folder| *folder != "__MACOSX")
}

fn exercise_files() -> impl Iterator<Item = &'static str> {
    EXERCISES.iter().flat_map(|exercise| exercise.files).copied()
}
