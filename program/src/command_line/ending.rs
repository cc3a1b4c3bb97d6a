//! The end of a program, and its exit code.

use std::{error::Error, process::ExitCode};

use super::{ExitReason, error_line, tell};

/// The end of a run that has a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The result is complete.
    Complete,
    /// A part of the result is missing.
    Incomplete,
    /// All of it is missing, or a host or a store failed.
    OutsideWorld,
    /// A signal ended the run, which has this exit code.
    Interrupted(u8),
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Complete => Self::SUCCESS,
            Ending::Incomplete => ExitReason::BadResult.into(),
            Ending::OutsideWorld => ExitReason::OutsideWorld.into(),
            Ending::Interrupted(code) => Self::from(code),
        }
    }
}

impl From<ExitReason> for ExitCode {
    fn from(reason: ExitReason) -> Self {
        Self::from(reason as u8)
    }
}

/// Writes the error that ends a program to stderr, and returns the exit code: see [`ExitReason::of`].
pub fn fail(
    error: &(dyn Error + 'static),
    known: Option<ExitReason>,
    otherwise: ExitReason,
) -> ExitCode {
    tell(&error_line(error));
    ExitReason::of(error, known, otherwise).into()
}
