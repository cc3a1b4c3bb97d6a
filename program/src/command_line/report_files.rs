//! The files of a report: an HTML page, and a trace.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use message::printable;
use report::{Lesson, Report};

use super::{UsageError, write_whole};

/// The paths of the files.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct ReportFiles {
    /// Write an HTML page that shows what each worker did, and when, to open in a browser
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Write a trace, to open at <https://ui.perfetto.dev> or <chrome://tracing>
    #[arg(long, value_name = "FILE.json")]
    trace: Option<PathBuf>,
}

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {} (check the free space, and the permissions of its folder)", path.display())]
pub struct ReportFileError {
    path: PathBuf,
    source: io::Error,
}

impl ReportFiles {
    /// Creates the folders of the files, and checks before the work that they can be written.
    ///
    /// # Errors
    /// When a file cannot be written, or both are the same; the text says what to type instead.
    pub(super) fn prepare(&self) -> Result<(), UsageError> {
        let report = self.report.as_deref().map(resolve).transpose()?;
        let trace = self.trace.as_deref().map(resolve).transpose()?;
        match (report, trace) {
            (Some(report), Some(trace)) if report == trace => Err(UsageError(format!(
                "--report and --trace are both {}: give each a file of its own",
                report.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Writes the files, each as a whole or not at all.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn write<Input, Answer>(
        &self,
        report: &Report<Input, Answer>,
        lesson: &Lesson,
    ) -> Result<(), ReportFileError> {
        if let Some(path) = &self.report {
            replace(path, || Ok(report::to_html(report, lesson)))?;
        }
        if let Some(path) = &self.trace {
            replace(path, || report::to_trace(report).map_err(io::Error::from))?;
        }
        Ok(())
    }

    /// A line for each file that was written, with what to do with it.
    pub(super) fn notice(&self) -> String {
        let line = |path: &Option<PathBuf>, what: &str| {
            path.as_ref().map_or_else(String::new, |path| {
                format!("{}: {what}\n", printable::line(&path.to_string_lossy()))
            })
        };
        line(&self.report, "an HTML page; open it in a browser")
            + &line(&self.trace, "a trace; open it in https://ui.perfetto.dev, or chrome://tracing")
    }
}

/// The file to which a path leads, with links followed; it need not exist yet.
fn resolve(path: &Path) -> Result<PathBuf, UsageError> {
    let usage = |reason: &str| UsageError(format!("cannot write {}: {reason}", path.display()));
    if path.is_dir() {
        return Err(usage("it is a folder; name a file in it"));
    }
    if path.exists() && !path.is_file() {
        return Err(usage("it is not a regular file; name another one"));
    }
    if let Ok(file) = path.canonicalize() {
        return Ok(file);
    }
    let name =
        path.file_name().ok_or_else(|| usage("the path does not end in the name of a file"))?;
    let folder = folder_of(path);
    let made = fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
    let folder = made.map_err(|error| {
        usage(&format!("cannot create the folder {}: {error}", folder.display()))
    })?;
    Ok(folder.join(name))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Replaces the file by a new one, if there is content for it.
fn replace(
    path: &Path,
    content: impl FnOnce() -> io::Result<String>,
) -> Result<(), ReportFileError> {
    let written = content().and_then(|content| write_whole(path, content.as_bytes()));
    written.map_err(|source| ReportFileError { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn check_refused(report: &Path, trace: &Path, reason: &str) {
        let files = ReportFiles { report: Some(report.to_owned()), trace: Some(trace.to_owned()) };
        let UsageError(message) = files.prepare().expect_err(reason);
        assert!(message.contains(reason), "{message}");
    }

    #[test]
    fn a_page_and_a_trace_are_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("run.html");
        let same = folder.path().join("../").join(folder.path().file_name().unwrap());
        check_refused(&page, &same.join("run.html"), "give each a file of its own");

        fs::write(&page, "").unwrap();
        symlink(&page, folder.path().join("run.json")).unwrap();
        check_refused(&page, &folder.path().join("run.json"), "give each a file of its own");
    }

    #[test]
    fn files_that_cannot_be_written_are_refused_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("new/run.html");
        check_refused(folder.path(), &page, "it is a folder");
        check_refused(&page, Path::new("/dev/null"), "it is not a regular file");
        assert!(page.parent().unwrap().is_dir(), "its folder is made");

        fs::write(&page, "").unwrap();
        check_refused(&page, &page.join("run.json"), "cannot create the folder");
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.html");
        fs::write(&path, "of yesterday").unwrap();
        let error = replace(&path, || Err(io::Error::other("no words"))).expect_err("no words");
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "of yesterday");

        replace(&path, || Ok("of today".to_owned())).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "of today");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
