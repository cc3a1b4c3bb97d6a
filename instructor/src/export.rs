//! Exports results: the formats, and the destination of each.

mod expected;
pub mod gradebook;
pub mod gradescope;
pub mod html;
pub mod junit;

use std::path::Path;

use lab::workspace::{self, WorkspaceError};
use message::printable;

pub use self::expected::Gaps;
use crate::{
    results::{self, ResultsError, StudentResult},
    submission::Submission,
};

/// The text for students about a result that is not complete; the result's own note is for
/// instructors.
const INTERRUPTED: &str = "Not all is judged yet: the grader was interrupted.";

/// A format of exported results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON file for each student, for Gradescope.
    Gradescope,
    /// JUnit XML, for test reporters.
    Junit,
    /// CSV, for spreadsheets.
    Csv,
    /// A page for the teachers of a class.
    Html,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Gradescope, Self::Junit, Self::Csv, Self::Html];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gradescope => "gradescope",
            Self::Junit => "junit",
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }
}

/// An error that prevents an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The named student has no result.
    #[error("there is no result of {student}: write the name as `cargo lab grade` prints it")]
    NoStudent {
        /// The name.
        student: String,
    },
    /// Some students of the class have no complete result.
    #[error("{0}")]
    Incomplete(Gaps),
    /// The results cannot be read.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// The export cannot be written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

/// Checks that each of these submissions has a complete result in the folder `from`.
///
/// # Errors
/// When a student has no result, an incomplete one, or one of other files.
pub fn check_complete(from: &Path, submissions: &[Submission]) -> Result<(), ExportError> {
    expected::check(from, submissions).map_err(ExportError::Incomplete)
}

/// Exports the results in the folder `from`, of one student or all; returns the text to print.
///
/// Gradescope's form of all students is files in folders, below `out` or below `from`. Anything else
/// is one text, written to `out` if that is named.
///
/// # Errors
/// When there are no results, or none of that student, or the export cannot be written.
pub fn export(
    from: &Path,
    format: Format,
    student: Option<&str>,
    out: Option<&Path>,
) -> Result<String, ExportError> {
    let mut results = results::all(from)?;
    if let Some(student) = student {
        // The name as it is, or as a terminal shows it.
        let is_named = |name: &str| name == student || printable::line(name) == student;
        results.retain(|result| is_named(&result.student));
        if results.is_empty() {
            return Err(ExportError::NoStudent { student: student.to_owned() });
        }
    }
    let text = match format {
        Format::Gradescope if student.is_none() => {
            let out = out.map_or_else(|| from.join(format.name()), Path::to_owned);
            return write_each(&results, &out);
        }
        Format::Gradescope => results.iter().map(gradescope::result).collect(),
        Format::Junit => junit::report(&results),
        Format::Csv => gradebook::table(&results),
        Format::Html => html::class_page(&results),
    };
    match out {
        None => Ok(text),
        Some(out) => {
            workspace::write_whole(out, text.as_bytes())?;
            Ok(format!("Written: {}\n", shown(out)))
        }
    }
}

fn write_each(results: &[StudentResult], out: &Path) -> Result<String, ExportError> {
    for result in results {
        let path = out.join(results::file_name_of(&result.student)).join("results.json");
        workspace::write_whole(&path, gradescope::result(result).as_bytes())?;
    }
    Ok(format!("Written: a results.json for each of {} in {}\n", results.len(), shown(out)))
}

/// A path that is safe to print to a terminal.
fn shown(path: &Path) -> String {
    printable::line(&path.to_string_lossy())
}

/// A text without control characters and with one kind of line ending, which every format can hold.
fn readable(text: &str) -> String {
    let is_unreadable = |letter: char| match letter {
        '\n' | '\t' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        _ => letter.is_control(),
    };
    text.replace("\r\n", "\n").replace(is_unreadable, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_replaced() {
        let check = |text: &str, expected: &str| assert_eq!(readable(text), expected);
        check("one\r\n\ttwo\n", "one\n\ttwo\n");
        check("\u{1b}[31m\u{0}\u{85}\u{ffff}", "\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}");
        check("東京 👋🏽", "東京 👋🏽");
    }
}
