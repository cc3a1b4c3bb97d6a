//! A program to run, what it costs, and how it can fail.

use std::{ffi::OsString, fmt, io, path::PathBuf, process::ExitStatus, time::Duration};

use crate::answer_format::AnswerFormat;

/// The timeout of a program, after which it is killed.
pub(crate) const TIMEOUT: Duration = Duration::from_mins(30);

/// A program, its arguments, and the form of its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The path, or a name to look for in PATH.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Variables that are added to the environment.
    pub environment: Vec<(&'static str, &'static str)>,
    /// The form of its output.
    pub output: Output,
}

/// The form of a program's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// One line, which is the answer.
    Answer,
    /// The answer, then a line with the nanoseconds that count: CPU time, a space, wall time.
    AnswerAndCost,
    /// A report that contains the answer.
    Report(AnswerFormat),
    /// Many lines, of which a digest is the answer. They are read in a run of their own: the one
    /// that is timed writes to nowhere, since a pipe costs more than to make them.
    Lines,
}

/// The cost of a process, including the children that it waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The wall time.
    pub wall: Duration,
    /// The CPU time, user and kernel mode, of all threads and processes.
    pub cpu: Duration,
    /// The peak resident memory of the largest process.
    pub memory_bytes: u64,
}

/// An error of a trial.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The program does not exist, or cannot be started.
    #[error("cannot start `{program}` (does it exist, and is it executable?)")]
    CannotStart {
        /// The program.
        program: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The output cannot be read, or the end not be observed.
    #[error("cannot read the output of `{command}`, or wait for its end; try again")]
    CannotWatch {
        /// The program and its arguments.
        command: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The program failed, or was killed after the timeout.
    #[error(
        "`{command}` ended with {status} (programs are killed after {TIMEOUT:?}); run it alone: \
         {}",
        first_error_line(output)
    )]
    Failed {
        /// The program and its arguments.
        command: String,
        /// The exit status.
        status: ExitStatus,
        /// The output.
        output: String,
    },
    /// The output has another form than expected.
    #[error("`{command}` printed {:?} (is it the right program?)", first_error_line(output))]
    UnexpectedOutput {
        /// The program and its arguments.
        command: String,
        /// The output.
        output: String,
    },
}

impl fmt::Display for Trial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.program.display())?;
        self.arguments.iter().try_for_each(|word| write!(formatter, " {}", word.display()))
    }
}

impl TrialError {
    /// Whether the program does not exist.
    pub(crate) fn is_not_there(&self) -> bool {
        matches!(self, Self::CannotStart { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

impl Trial {
    /// A trial in our own environment.
    pub(crate) fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
        output: Output,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            environment: Vec::new(),
            output,
        }
    }
}

/// The most informative line: the first with a complaint, or else the first.
fn first_error_line(output: &str) -> &str {
    let complains = |line: &&str| ["error", "undefined"].iter().any(|word| line.contains(word));
    let line = output.lines().find(complains).or_else(|| output.lines().next());
    line.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_text_the_complaint_is_quoted() {
        let check = |output, expected| assert_eq!(first_error_line(output), expected, "{output:?}");
        check("In function main:\nx.cpp:1: error: no\nnote: error", "x.cpp:1: error: no");
        check("true 9.1\nCopyright", "true 9.1");
        check("", "");
    }
}
