//! The place that a submission's files are read from: a folder or an archive, or the one folder in it
//! that was packed along.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use lab::exercises::EXERCISES;

use crate::archive::{self, ArchiveError};

/// Longer sources were not written by hand.
const SOURCE_BYTES_MAX: u64 = 256 << 10;

/// Why nothing of a submission is looked at.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// It is an archive that cannot be taken as it is.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The system has objections.
    #[error("the folder cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// There is nothing to grade.
    #[error(
        "no file of an exercise is there: hand them in by their paths in the lab, such as {}",
        EXERCISES[0].files[0]
    )]
    NoExercise,
    /// Which of them counts is anybody's guess.
    #[error(
        "files of exercises are in {} and in {}: hand in one folder",
        called(one),
        called(other)
    )]
    TwoFolders {
        /// One of them.
        one: PathBuf,
        /// Another one.
        other: PathBuf,
    },
}

/// Where the files of a submission are.
#[derive(Debug)]
pub struct Place {
    root: Root,
    /// The folder within the root that was packed along, if one was.
    leading: PathBuf,
}

#[derive(Debug)]
enum Root {
    Folder(PathBuf),
    /// The files that could be those of exercises.
    Archive(BTreeMap<PathBuf, Vec<u8>>),
}

impl Place {
    /// The place at `path`, with the files of exercises at their paths, or below one folder.
    ///
    /// # Errors
    /// When there are none, or more than one folder has some, or an archive is refused.
    pub fn open(path: &Path) -> Result<Self, PlaceError> {
        let root = if path.is_dir() {
            Root::Folder(path.to_owned())
        } else {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let format = archive::name_parts(&name).and_then(|(_, format)| format);
            let format = format.ok_or(ArchiveError::OtherFormat)?;
            Root::Archive(archive::read(path, format, could_be_an_exercise)?)
        };
        let has_files = |folder: &PathBuf| {
            exercise_files().any(|file| root.source(&folder.join(file)).is_some())
        };
        let mut folders = root.folders()?.into_iter().filter(has_files);
        match (folders.next(), folders.next()) {
            (None, _) => Err(PlaceError::NoExercise),
            (Some(one), Some(other)) => Err(PlaceError::TwoFolders { one, other }),
            (Some(leading), None) => Ok(Self { root, leading }),
        }
    }

    /// The source at a path in the lab, if it is handed in, or why it is not taken.
    pub fn source(&self, file: &str) -> Option<Result<String, String>> {
        self.root.source(&self.leading.join(file))
    }
}

impl Root {
    /// The folders that files of exercises may be in: this one, and those right below.
    fn folders(&self) -> io::Result<BTreeSet<PathBuf>> {
        let mut folders = BTreeSet::from([PathBuf::new()]);
        match self {
            Self::Folder(root) => {
                for entry in fs::read_dir(root)? {
                    let entry = entry?;
                    // A link is none, whatever it leads to.
                    if entry.file_type()?.is_dir() {
                        folders.insert(PathBuf::from(entry.file_name()));
                    }
                }
            }
            Self::Archive(files) => {
                folders
                    .extend(files.keys().filter_map(|file| file.iter().next()).map(PathBuf::from));
            }
        }
        Ok(folders)
    }

    fn source(&self, path: &Path) -> Option<Result<String, String>> {
        let contents = match self {
            Self::Folder(root) => contents(root, path).transpose()?,
            Self::Archive(files) => Ok(files.get(path)?.clone()),
        };
        Some(contents.and_then(|contents| {
            if contents.len() as u64 > SOURCE_BYTES_MAX {
                return Err(format!("is longer than {} KiB", SOURCE_BYTES_MAX >> 10));
            }
            String::from_utf8(contents).map_err(|error| format!("cannot be read: {error}"))
        }))
    }
}

/// The contents of a file in a folder, if it is there and no link is on the way to it: one could lead
/// anywhere.
fn contents(root: &Path, path: &Path) -> Result<Option<Vec<u8>>, String> {
    let mut reached = root.to_owned();
    let mut names = path.iter().peekable();
    while let Some(name) = names.next() {
        reached.push(name);
        let Ok(metadata) = fs::symlink_metadata(&reached) else { return Ok(None) };
        let is_last = names.peek().is_none();
        match metadata.file_type() {
            kind if kind.is_symlink() && !is_last => {
                return Err(format!("is behind a link, `{}`", name.display()));
            }
            kind if is_last && !kind.is_file() => return Err("is no regular file".to_owned()),
            _ => {}
        }
    }
    let mut contents = Vec::new();
    let file = File::open(&reached);
    let read = file.and_then(|file| file.take(SOURCE_BYTES_MAX + 1).read_to_end(&mut contents));
    read.map(|_| Some(contents)).map_err(|error| format!("cannot be read: {error}"))
}

/// Whether an exercise has this file, or would have it without the first folder.
fn could_be_an_exercise(path: &Path) -> bool {
    let below: PathBuf = path.iter().skip(1).collect();
    exercise_files().any(|file| path == Path::new(file) || below == Path::new(file))
}

fn exercise_files() -> impl Iterator<Item = &'static str> {
    EXERCISES.iter().flat_map(|exercise| exercise.files).copied()
}

/// A folder as it is called in a sentence.
fn called(folder: &Path) -> String {
    match archive::shown(folder.as_os_str().as_encoded_bytes()) {
        name if name.is_empty() => "the topmost folder".to_owned(),
        name => format!("`{name}`"),
    }
}
