//! The arguments that say how to report, and the report as they ask for it.

use clap::{Args, ValueEnum};
use report::{Lesson, Report};
use serde::Serialize;

use super::{ReportFileError, UsageError, report_files::ReportFiles, tell_lines};

/// How to report.
#[derive(Clone, Debug, Args)]
pub struct ReportOptions {
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    #[command(flatten)]
    files: ReportFiles,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table, a timeline, and what they mean
    Text,
    /// One JSON object
    Json,
}

impl ReportOptions {
    /// Finds out before the work which file cannot be written, and makes the folders.
    ///
    /// # Errors
    /// When a file cannot be one, or both are the same; the text says what to type instead.
    pub fn prepare(&self) -> Result<(), UsageError> {
        self.files.prepare()
    }

    /// Writes the files that were asked for, and says so unless `quiet`.
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

    /// The report in the form that was asked for.
    ///
    /// # Errors
    /// When there is no JSON for an answer.
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
