//! What can keep the grader from its work; never what a student wrote.

use std::path::PathBuf;

use crate::{
    compile::CompileError, handout::HandoutError, sandbox::SandboxError, workspace::WorkspaceError,
};

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// The handout, which submissions are built in, cannot be made.
    #[error(transparent)]
    Handout(#[from] HandoutError),
    /// A file cannot be read or written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// A candidate cannot be built.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// A candidate cannot be run.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The corpus does not say what is to be said of it.
    #[error("cannot read what is expected of the corpus")]
    Expected(#[from] toml::de::Error),
    /// Something is expected of a submission that is not there.
    #[error("the corpus has no submission {name}: take it out of what is expected")]
    NoSpecimen {
        /// What was named.
        name: String,
    },
    /// A submission that is none.
    #[error("{} has no file of an exercise: give it one, by its path in the lab", folder.display())]
    NoExercise {
        /// The submission.
        folder: PathBuf,
    },
}
