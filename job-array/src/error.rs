//! Errors, each with what to do about it.

use std::{
    io::{self, ErrorKind},
    path::PathBuf,
};

/// An error of a job array.
///
/// A batch system should not retry after the first four; a look at the files helps after a
/// [`Disagreement`](Self::Disagreement).
#[derive(Debug, thiserror::Error)]
pub enum JobArrayError {
    /// There is no plan, or it cannot be read.
    #[error("cannot use {} as a plan: {reason}", path.display())]
    NoPlan {
        /// The path of the plan.
        path: PathBuf,
        /// The reason, and what to do.
        reason: String,
    },
    /// The folder has another plan.
    #[error(
        "{} is another plan, and stays: name a new folder, or repeat the arguments of this plan",
        path.display()
    )]
    OtherPlan {
        /// The path of the plan.
        path: PathBuf,
    },
    /// The element does not know its number, or has one that is not in the plan.
    #[error("{0}")]
    Index(String),
    /// A path cannot stand in a job script: it is not UTF-8, or has control characters.
    #[error("a job script cannot name {path:?}: use a path in UTF-8 without control characters")]
    NotText {
        /// The path.
        path: PathBuf,
    },
    /// Two runs of one shard have different answers.
    #[error(
        "two runs disagree: {} has another answer than this run; unless what they read has changed, one \
         of the two machines is wrong: remove the file, run the shard on a third machine, and compare",
        path.display()
    )]
    Disagreement {
        /// The path of the result that was there first.
        path: PathBuf,
    },
    /// The system failed.
    #[error("cannot {attempt} {}", path.display())]
    Io {
        /// The verb.
        attempt: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

impl JobArrayError {
    /// Whether the command, or the plan that it names, is wrong, so that it never succeeds.
    pub fn is_wrong_use(&self) -> bool {
        match self {
            Self::NoPlan { .. }
            | Self::OtherPlan { .. }
            | Self::Index(_)
            | Self::NotText { .. } => true,
            Self::Disagreement { .. } | Self::Io { .. } => false,
        }
    }

    /// Whether the same command may succeed if it is run again. After other errors, people have to look
    /// at the folder, or at the command.
    pub fn may_succeed_later(&self) -> bool {
        match self {
            Self::Io { source, .. } => !matches!(
                source.kind(),
                ErrorKind::PermissionDenied
                    | ErrorKind::ReadOnlyFilesystem
                    | ErrorKind::NotFound
                    | ErrorKind::NotADirectory
                    | ErrorKind::IsADirectory
                    | ErrorKind::Unsupported
            ),
            _ => false,
        }
    }

    /// For `map_err`: an error of the system, with what was attempted.
    pub fn io(attempt: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { attempt, path, source }
    }
}
