//! A check of an exercise, as the parts list theirs.

use crate::{exam_session::ExamSetup, sandbox::SandboxError, verdict::Verdict};

/// A check of an exercise.
#[derive(Debug)]
pub struct Check {
    /// The name of the check, such as `part1/parallel/overlap`.
    pub name: &'static str,
    /// The prerequisite: an earlier check of the same exercise that must not have failed.
    pub prerequisite: Option<&'static str>,
    /// The points of the check, unless an instructor changes them.
    pub points: u32,
    /// The function that runs the check.
    pub prove: Prove,
}

/// Runs the check of this name; an error means that the submission cannot be run at all.
pub type Prove = fn(&ExamSetup, &str) -> Result<Verdict, SandboxError>;
