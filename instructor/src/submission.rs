//! What a student hands in, as far as the grader looks at it: the files of the exercises, and none
//! that reach beyond them.

mod class;

use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs, panic,
    path::{Path, PathBuf},
};

use lab::{exercises::Exercise, source};

pub use self::class::{Class, all, keep_apart};
use crate::{archive, graded, sha256, submission_files::SubmissionFiles};

/// What macOS leaves beside what it unpacks.
const MAC_OS_EXTRAS: &str = "__MACOSX";

/// What a student hands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Whose it is: the name of the folder or the archive, without its ending. Bytes that are not
    /// UTF-8 are written as `\xff`.
    pub student: String,
    /// The folder or the archive.
    pub path: PathBuf,
    /// Why nothing of it is looked at, if that is known before it is opened.
    pub refusal: Option<String>,
}

impl Submission {
    /// The submission at `path`, unless its name is hidden, or it is a file that is not called like
    /// an archive.
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

/// A file name as text: two names that differ stay different.
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

/// The part of a submission that is graded.
#[derive(Debug)]
pub struct Contents {
    /// The folder or the archive that the files are in, from the folder of the class.
    pub taken_from: Option<String>,
    /// All exercises.
    pub exercises: Vec<HandedIn>,
}

impl Contents {
    /// The SHA-256 of all that is graded, or of the reasons why it is not, in hexadecimal.
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

/// What one exercise is handed in as.
#[derive(Debug)]
pub struct HandedIn {
    /// Which exercise.
    pub exercise: &'static Exercise,
    /// Its files, by their paths from the root of the workspace; those that are missing are as they
    /// were handed out.
    pub files: Vec<(PathBuf, String)>,
    /// Why they are not looked at, if they are not.
    pub refusal: Option<String>,
}

/// Looks for the files of all exercises in a submission; none is looked at where it is refused as a
/// whole.
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
        Err(_) => refused("the grader failed to open it, by a bug of its own: report it"),
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

/// A name from a submission, in a sentence.
fn quoted(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    format!("`{}`", archive::shown(text_of(name).as_bytes()))
}
