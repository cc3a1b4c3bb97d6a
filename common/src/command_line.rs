//! What the command lines of all parts have in common: one line for an error, and its exit code.

mod report_files;

use std::{
    error::Error,
    io::{self, Write},
    num::NonZeroUsize,
};

pub use self::report_files::{ReportFileError, ReportFiles};
use crate::number;

/// More than any machine profits from; a mistyped number must not bring it down.
const WORKERS_MAX: usize = 4096;

/// Why a program ends without having done what it was asked to, as its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitReason {
    /// The result is wrong or incomplete.
    BadResult = 1,
    /// What was asked for cannot be done, by this program or on this machine.
    Usage = 2,
    /// A host, a store or credentials failed.
    OutsideWorld = 3,
}

/// Arguments that make no sense, by themselves or beside each other.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

impl UsageError {
    /// What a parser of arguments has to say, in one line: without headings, and without
    /// reminders of how to get help.
    pub fn from_parser(message: &str) -> Self {
        let paragraphs = message.split("\n\n").filter(|paragraph| {
            !paragraph.starts_with("Usage:") && !paragraph.starts_with("For more information")
        });
        let words: Vec<&str> = paragraphs.flat_map(str::split_whitespace).collect();
        Self(words.join(" ").trim_start_matches("error: ").to_owned())
    }
}

/// Whether an error means that nobody reads our output any more, which is no failure of ours.
pub fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |&cause| cause.source());
    causes.any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Writes to stderr; if that is closed, there is nobody to tell.
pub fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// A number of workers.
///
/// # Errors
/// When it is no number, none at all, or too many; the text says which.
pub fn parse_workers(text: &str) -> Result<NonZeroUsize, String> {
    let workers = number::parse(text)?;
    match usize::try_from(workers).ok().and_then(NonZeroUsize::new) {
        Some(workers) if workers.get() <= WORKERS_MAX => Ok(workers),
        Some(_) => Err(format!("at most {WORKERS_MAX} workers can be started")),
        None => Err("there has to be at least 1 worker".to_owned()),
    }
}
