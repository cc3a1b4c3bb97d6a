//! Checks that each student of a class has a complete result of what was handed in.

use std::{
    fmt::{self, Display, Formatter},
    path::Path,
};

use message::{number::counted, printable};

use crate::{
    results,
    submission::{self, Submission},
};

/// The most students that an error names.
const NAMED_MAX: usize = 20;

/// The students whose results cannot be handed on.
#[derive(Debug, PartialEq, Eq)]
pub struct Gaps {
    students: usize,
    gaps: Vec<(String, Gap)>,
}

/// What is wrong with a student's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// There is none, or it cannot be read.
    NoResult,
    /// Not all checks have run.
    NotComplete,
    /// Other files were handed in than those that were graded.
    OtherFiles,
}

/// Compares the results in a folder with the submissions of a class.
///
/// # Errors
/// When a student has no complete result of the files that are handed in now.
pub(super) fn check(results: &Path, submissions: &[Submission]) -> Result<(), Gaps> {
    let gap = |submission: &Submission| {
        let found = match results::known(results, &submission.student) {
            None => Gap::NoResult,
            Some(result) if !result.is_complete => Gap::NotComplete,
            Some(result) => match result.contents_sha256 {
                Some(graded) if graded != submission::read(submission).fingerprint() => {
                    Gap::OtherFiles
                }
                // Results of earlier versions have no hash.
                _ => return None,
            },
        };
        Some((submission.student.clone(), found))
    };
    let gaps: Vec<(String, Gap)> = submissions.iter().filter_map(gap).collect();
    if gaps.is_empty() { Ok(()) } else { Err(Gaps { students: submissions.len(), gaps }) }
}

impl Display for Gaps {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let Self { students, gaps } = self;
        let students = counted(*students, "student");
        write!(text, "{} of {students} have no complete result: ", gaps.len())?;
        for (number, (student, gap)) in gaps.iter().take(NAMED_MAX).enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            write!(text, "{comma}{} ({gap})", printable::line(student))?;
        }
        let dots = if gaps.len() > NAMED_MAX { ", …" } else { "" };
        write!(text, "{dots}; grade the class again, into the same folder: complete results stay")
    }
}

impl Display for Gap {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        text.write_str(match self {
            Self::NoResult => "no result",
            Self::NotComplete => "not complete",
            Self::OtherFiles => "handed in again since",
        })
    }
}
