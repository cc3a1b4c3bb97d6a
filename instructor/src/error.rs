//! What can keep the grader from its work; never what a student wrote.

use std::path::PathBuf;

use lab::{compile::CompileError, sandbox::SandboxError, workspace::WorkspaceError};
use message::printable;

use crate::handout::HandoutError;

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum GraderError {
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
    /// A submission of the corpus that is none.
    #[error("{name} is just what is handed out: change a file of an exercise in it")]
    NoExercise {
        /// Its name.
        name: String,
    },
    /// Sources would be mixed up.
    #[error(
        "another grader is at work in {}: wait until it is done, or use another copy of the lab",
        lab.display()
    )]
    OtherGrader {
        /// The root of the workspace.
        lab: PathBuf,
    },
    /// There is nothing to grade.
    #[error(
        "nobody has handed in anything in {}: put a folder or an archive for each student there",
        folder.display()
    )]
    NoSubmissions {
        /// Where they were to be.
        folder: PathBuf,
    },
    /// Results would be taken for submissions.
    #[error(
        "results in {} would be mixed with the submissions in {}: name a folder outside with --out",
        printable::line(&results.to_string_lossy()),
        printable::line(&submissions.to_string_lossy())
    )]
    NotApart {
        /// The folder of the class.
        submissions: PathBuf,
        /// Where results were to go.
        results: PathBuf,
    },
    /// Something kept the grader from judging some students; all other students are graded.
    #[error(
        "{students} of the students are not graded to the end, first {}: {note}; run the same command \
         again, all other results are kept",
        printable::line(student)
    )]
    Unfinished {
        /// How many.
        students: usize,
        /// The first of them.
        student: String,
        /// What happened.
        note: String,
    },
}
