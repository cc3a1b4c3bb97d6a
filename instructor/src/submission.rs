//! A student's submission: reads the files of the exercises, and refuses unsafe ones.

mod class;

use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs, panic,
    path::{Path, PathBuf},
};

use job_array::sha256;
use lab::{exercises::Exercise, source};

pub use self::class::{Class, all, check_no_overlap};
use crate::{archive, graded, submission_files::SubmissionFiles};

/// The folder that macOS adds to archives.
const MAC_OS_EXTRAS: &str = "__MACOSX";

/// A submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The student: the name of the folder or the archive, without its extension. Bytes that are
    /// not UTF-8 are written as `\xff`.
    pub student: String,
    /// The folder or the archive.
    pub path: PathBuf,
    /// The reason why the whole submission is refused, if known before it is opened.
    pub refusal: Option<String>,
}

impl Submission {
    /// The submission at `path`, unless it is hidden, or a file without the name of an archive.
    ///
    /// A path that leads to neither a folder nor a file is a submission, too: the student is to get
    /// a result that says so.
    pub fn at(path: PathBuf) -> Option<Self> {
        let name = text_of(path.file_name()?);
        if is_hidden(&name) {
            return None;
        }
        let stem = archive::name_parts(&name).map(|(stem, _)| stem);
        let student = match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => &name,
            Ok(metadata) if metadata.is_file() => stem?,
            _ => stem.unwrap_or(&name),
        };
        Some(Self { student: student.to_owned(), path, refusal: None })
    }
}

/// A file name as text, such that different names stay different.
fn text_of(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text += chunk.valid();
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// Whether systems and tools add a file of this name. Archives are handed in, also `...zip`.
fn is_hidden(name: &str) -> bool {
    let is_dotted = name.starts_with('.') && !name.starts_with("..");
    name == MAC_OS_EXTRAS
        || name.starts_with("._")
        || (is_dotted && archive::name_parts(name).is_none())
}

/// The graded contents of a submission.
#[derive(Debug)]
pub struct Contents {
    /// The folder or archive with the files, relative to the class folder.
    pub taken_from: Option<String>,
    /// All exercises.
    pub exercises: Vec<HandedIn>,
}

impl Contents {
    /// The SHA-256 of all graded files, or of the reasons for their refusal, in hexadecimal.
    ///
    /// Files that no exercise has do not count, nor does the way in which the files are packed.
    pub fn fingerprint(&self) -> String {
        let texts = self.exercises.iter().flat_map(|handed_in| {
            let files = handed_in.files.iter().flat_map(|(path, source)| {
                [path.as_os_str().as_encoded_bytes(), source.as_bytes()]
            });
            files.chain([handed_in.refusal.as_deref().unwrap_or_default().as_bytes()])
        });
        sha256::of(texts)
    }
}

/// The submitted files of one exercise.
#[derive(Debug)]
pub struct HandedIn {
    /// The exercise.
    pub exercise: &'static Exercise,
    /// The files, by their paths from the root of the workspace; missing files are as in the
    /// handout.
    pub files: Vec<(PathBuf, String)>,
    /// The reason why they are refused, if they are.
    pub refusal: Option<String>,
}

/// Reads the files of all exercises in a submission.
pub fn read(submission: &Submission) -> Contents {
    if let Some(refusal) = &submission.refusal {
        return refused(refusal);
    }
    // One student's archive must not end the grader, not even by a bug in a crate that unpacks it.
    match panic::catch_unwind(|| SubmissionFiles::open(&submission.path)) {
        Ok(Ok(files)) => Contents {
            taken_from: Some(text_of(files.taken_from().as_os_str())),
            exercises: graded::exercises()
                .map(|exercise| read_exercise(&files, exercise))
                .collect(),
        },
        Ok(Err(error)) => refused(&error.to_string()),
        Err(_) => refused("the grader has a bug, and failed to open it: report this"),
    }
}

fn refused(refusal: &str) -> Contents {
    let refuse = |exercise| HandedIn { exercise, files: vec![], refusal: Some(refusal.to_owned()) };
    Contents { taken_from: None, exercises: graded::exercises().map(refuse).collect() }
}

fn read_exercise(files: &SubmissionFiles, exercise: &'static Exercise) -> HandedIn {
    let mut handed_in = HandedIn { exercise, files: Vec::new(), refusal: None };
    for file in exercise.files {
        let Some(text) = files.source(file) else { continue };
        match text.and_then(|text| source::refusal(&text).map_or(Ok(text), Err)) {
            Ok(text) => handed_in.files.push((PathBuf::from(file), text)),
            Err(reason) => {
                handed_in.refusal.get_or_insert(format!("{file} {reason}"));
            }
        }
    }
    handed_in
}

/// The name of a file in a submission, for a sentence.
fn quoted(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    format!("`{}`", archive::shown(text_of(name).as_bytes()))
}
