//! Finds the files of a submission: in a folder or an archive, in one folder or one archive within
//! it.

mod root;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use lab::exercises::EXERCISES;

use self::root::Root;
use crate::archive::{self, ArchiveError};

/// The deepest nesting of archives: learning systems and students add a level each.
const ARCHIVES_DEEP_MAX: usize = 2;

/// An error that leaves nothing of a submission to grade.
#[derive(Debug, thiserror::Error)]
pub enum SubmissionFilesError {
    /// The archive cannot be used.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An archive within the submission cannot be used.
    #[error("in {}: {source}", called(archive))]
    Within {
        /// The archive.
        archive: PathBuf,
        /// The reason.
        source: Box<SubmissionFilesError>,
    },
    /// The operating system cannot read it.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is a device, a pipe, a socket, or a link.
    #[error("it is neither a folder nor a file: hand in a folder, a .zip or a .tar.gz")]
    Special,
    /// It has too many files to search.
    #[error(
        "it has more than {} files and folders at its top: hand in the folder of the lab",
        archive::ENTRIES_MAX
    )]
    TooMany,
    /// It has no file of an exercise.
    #[error(
        "it has no file of an exercise: hand in the files with their paths in the lab, such as {}",
        EXERCISES[0].files[0]
    )]
    NoExercise,
    /// Several folders have files of exercises.
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
    /// There are several archives.
    #[error(
        "there are several archives, {} and {}: hand in one archive",
        called(one),
        called(other)
    )]
    TwoArchives {
        /// One of them.
        one: PathBuf,
        /// Another one.
        other: PathBuf,
    },
}

/// The files of a submission.
#[derive(Debug)]
pub struct SubmissionFiles {
    root: Root,
    /// The folder within the root that has the exercises, if it is not the root itself.
    leading: PathBuf,
    taken_from: PathBuf,
}

impl SubmissionFiles {
    /// Opens the submission at `path`, whose exercises are at their paths in the lab, or below one
    /// folder. Where there are none, they are looked for in the same way in the one archive that is
    /// there.
    ///
    /// # Errors
    /// When there are none, or it is not clear which are meant, or an archive is refused.
    pub fn open(path: &Path) -> Result<Self, SubmissionFilesError> {
        let kind = fs::metadata(path)?.file_type();
        let name = path.file_name().unwrap_or_default();
        if kind.is_dir() {
            Self::within(Root::Folder(path.to_owned()), Path::new(name), ARCHIVES_DEEP_MAX)
        } else if kind.is_file() {
            let root = Root::unpacked(&archive::load(path)?, Path::new(name))?;
            Self::within(root, Path::new(name), ARCHIVES_DEEP_MAX - 1)
        } else {
            Err(SubmissionFilesError::Special)
        }
    }

    fn within(root: Root, name: &Path, archives_left: usize) -> Result<Self, SubmissionFilesError> {
        let folders = root.folders()?;
        let mut with_files = folders.iter().filter(|folder| root.has_an_exercise(folder));
        match (with_files.next(), with_files.next()) {
            (Some(one), Some(other)) => {
                Err(SubmissionFilesError::TwoFolders { one: one.clone(), other: other.clone() })
            }
            (Some(leading), None) => {
                let taken_from = name.iter().chain(leading).collect();
                Ok(Self { root, leading: leading.clone(), taken_from })
            }
            (None, _) => Self::within_an_archive(&root, name, archives_left),
        }
    }

    fn within_an_archive(
        root: &Root,
        name: &Path,
        archives_left: usize,
    ) -> Result<Self, SubmissionFilesError> {
        let archives = root.archives()?;
        let archive = match archives.as_slice() {
            [archive] if archives_left > 0 => archive,
            [one, other, ..] => {
                return Err(SubmissionFilesError::TwoArchives {
                    one: one.clone(),
                    other: other.clone(),
                });
            }
            _ => return Err(SubmissionFilesError::NoExercise),
        };
        root.unpack(archive)
            .and_then(|root| Self::within(root, &name.join(archive), archives_left - 1))
            .map_err(|source| SubmissionFilesError::Within {
                archive: archive.clone(),
                source: source.into(),
            })
    }

    /// The source at a path in the lab, if it is handed in, or why it is refused.
    pub fn source(&self, file: &str) -> Option<Result<String, String>> {
        self.root.source(&self.leading.join(file))
    }

    /// The folder or archive with the files, relative to the class folder.
    pub fn taken_from(&self) -> &Path {
        &self.taken_from
    }
}

/// The name of a folder or archive in a sentence.
fn called(path: &Path) -> String {
    match archive::shown(path.as_os_str().as_encoded_bytes()) {
        name if name.is_empty() => "the topmost folder".to_owned(),
        name => format!("`{name}`"),
    }
}
