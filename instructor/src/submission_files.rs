//! The place that a submission's files are read from: a folder or an archive, the one folder in it
//! that was packed along, or the one archive in it.

mod root;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use lab::exercises::EXERCISES;

use self::root::Root;
use crate::archive::{self, ArchiveError};

/// Learning systems put an archive into a folder, and some students an archive into an archive.
const ARCHIVES_DEEP_MAX: usize = 2;

/// Why nothing of a submission is looked at.
#[derive(Debug, thiserror::Error)]
pub enum SubmissionFilesError {
    /// It is an archive that cannot be taken as it is.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An archive within the submission cannot be taken as it is.
    #[error("in {}: {source}", called(archive))]
    Within {
        /// The archive.
        archive: PathBuf,
        /// What is wrong with it.
        source: Box<SubmissionFilesError>,
    },
    /// The system has objections.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// A device, a pipe, a socket, or a link.
    #[error("it is neither a folder nor a file: hand in a folder, a .zip or a .tar.gz")]
    Special,
    /// It is too large to be searched.
    #[error(
        "it has more than {} files and folders at its top: hand in the folder of the lab",
        archive::ENTRIES_MAX
    )]
    TooMany,
    /// There is nothing to grade.
    #[error(
        "no file of an exercise is there: hand them in by their paths in the lab, such as {}",
        EXERCISES[0].files[0]
    )]
    NoExercise,
    /// It is not clear which of them counts.
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
    /// It is not clear which archive counts.
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

/// Where the files of a submission are.
#[derive(Debug)]
pub struct SubmissionFiles {
    root: Root,
    /// The folder within the root that was packed along, if one was.
    leading: PathBuf,
    taken_from: PathBuf,
}

impl SubmissionFiles {
    /// The place at `path`, with the files of exercises at their paths, or below one folder. Where
    /// there are none, they are looked for in the same way in the one archive that is there.
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

    /// The source at a path in the lab, if it is handed in, or why it is not taken.
    pub fn source(&self, file: &str) -> Option<Result<String, String>> {
        self.root.source(&self.leading.join(file))
    }

    /// The folder or the archive that the files are in, from the folder of the class.
    pub fn taken_from(&self) -> &Path {
        &self.taken_from
    }
}

/// A folder or an archive as it is called in a sentence.
fn called(path: &Path) -> String {
    match archive::shown(path.as_os_str().as_encoded_bytes()) {
        name if name.is_empty() => "the topmost folder".to_owned(),
        name => format!("`{name}`"),
    }
}
