//! Errors that stop the grader; none of them is the fault of a submission.

use std::path::PathBuf;

use lab::{compile::CompileError, sandbox::SandboxError, workspace::WorkspaceError};
use message::{number::counted, printable};

use crate::handout::HandoutError;

/// An error that leaves submissions without verdicts.
#[derive(Debug, thiserror::Error)]
pub enum GraderError {
    /// The handout, into which submissions are built, cannot be made.
    #[error(transparent)]
    Handout(#[from] HandoutError),
    /// A file cannot be read or written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The candidate cannot be built.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The candidate cannot be run.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The file of expected verdicts is malformed.
    #[error("cannot read the expected verdicts of the corpus")]
    Expected(#[from] toml::de::Error),
    /// A verdict is expected of a specimen that does not exist.
    #[error("the corpus has no submission {name}: remove it from the expected verdicts")]
    NoSpecimen {
        /// The name of the specimen.
        name: String,
    },
    /// A specimen changes no file of an exercise.
    #[error("the submission {name} of the corpus changes no file of an exercise: change one")]
    NoExercise {
        /// Its name.
        name: String,
    },
    /// Another grader is using the workspace.
    #[error(
        "another grader is at work in {}: wait until it is done, or use another copy of the lab",
        lab.display()
    )]
    OtherGrader {
        /// The root of the workspace.
        lab: PathBuf,
    },
    /// The folder has no submissions.
    #[error(
        "{} has no submissions: put a folder or an archive for each student there",
        folder.display()
    )]
    NoSubmissions {
        /// The folder of the class.
        folder: PathBuf,
    },
    /// The folder of results overlaps with that of the submissions.
    #[error(
        "results in {} would be mixed with the submissions in {}: name a folder outside with --out",
        printable::line(&results.to_string_lossy()),
        printable::line(&submissions.to_string_lossy())
    )]
    OverlappingFolders {
        /// The folder of the class.
        submissions: PathBuf,
        /// The folder of results.
        results: PathBuf,
    },
    /// Some students could not be graded completely; all other students are graded.
    #[error(
        "{} could not be graded completely, first {}: {note}; run the same command again (all other \
         results are kept)",
        counted(*students, "student"),
        printable::line(student)
    )]
    Unfinished {
        /// The number of those students.
        students: usize,
        /// The first of them.
        student: String,
        /// The error.
        note: String,
    },
}
