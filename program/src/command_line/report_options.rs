//! The arguments for the report, and the report that they ask for.

use clap::{Args, ValueEnum};
use report::{Lesson, Report};
use serde::Serialize;

use super::{ReportFileError, UsageError, report_files::ReportFiles, tell_lines};

/// The arguments for the report.
#[derive(Clone, Debug, Args)]
pub struct ReportOptions {
    /// Format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    #[command(flatten)]
    files: ReportFiles,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table, a timeline, and an explanation
    Text,
    /// One JSON object
    Json,
}

impl ReportOptions {
    /// Creates the folders of the files, and checks before the work that they can be written.
    ///
    /// # Errors
    /// When a file cannot be written, or both are the same; the text says what to type instead.
    pub fn prepare(&self) -> Result<(), UsageError> {
        self.files.prepare()
    }

    /// Writes the files, and names them on stderr unless `quiet`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write_files<Input, Answer>(
        &self,
        report: &Report<Input, Answer>,
        lesson: &Lesson,
        quiet: bool,
    ) -> Result<(), ReportFileError> {
        self.files.write(report, lesson)?;
        if !quiet {
            tell_lines(&self.files.notice());
        }
        Ok(())
    }

    /// The report in its format.
    ///
    /// # Errors
    /// When an answer cannot be written as JSON.
    pub fn text<Input: Serialize, Answer: Serialize>(
        &self,
        report: &Report<Input, Answer>,
        lesson: &Lesson,
    ) -> serde_json::Result<String> {
        match self.format {
            Format::Text => Ok(report::to_text(report, lesson)),
            Format::Json => report::to_json(report).map(|object| object + "\n"),
        }
    }
}
