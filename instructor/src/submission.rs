//! What a student hands in, as far as the grader looks at it: the files of the exercises, and none
//! that reach beyond them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use lab::{exercises::Exercise, workspace::WorkspaceError};
use proc_macro2::{Ident, TokenStream, TokenTree};

use crate::{GraderError, archive, graded, place::Place};

/// What macOS leaves beside what it unpacks.
const NOBODY: &str = "__MACOSX";

/// Names that no exercise needs, each with what it would be for.
const REFUSED: &[(&str, &str)] = &[
    ("include", "takes in other files"),
    ("include_str", "takes in other files"),
    ("include_bytes", "takes in other files"),
    ("env", "reads the environment"),
    ("option_env", "reads the environment"),
    ("fs", "reads and writes files"),
    ("net", "uses the network"),
    ("exam", "talks to the examiner"),
    ("unsafe", "goes behind the compiler's back"),
    ("extern", "goes behind the compiler's back"),
    ("asm", "goes behind the compiler's back"),
    ("global_asm", "goes behind the compiler's back"),
    ("macro_rules", "hides what it does"),
];

/// Attributes that no exercise needs.
const REFUSED_ATTRIBUTES: &[(&str, &str)] =
    &[("path", "takes in other files"), ("allow", "silences the compiler")];

/// What a student hands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Whose it is: the name of the folder or the archive, without its ending.
    pub student: String,
    /// The folder or the archive.
    pub path: PathBuf,
}

impl Submission {
    /// What is at `path`, if it is a folder, or called like an archive, and not hidden.
    pub fn at(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy();
        if name.starts_with('.') || name == NOBODY {
            return None;
        }
        let student = if path.is_dir() { &name } else { archive::name_parts(&name)?.0 };
        Some(Self { student: student.to_owned(), path })
    }
}

/// What the students handed in, each a folder or an archive in `submissions`, sorted by their names.
///
/// # Errors
/// When it cannot be read, or is empty, or somebody handed in twice.
pub fn all(submissions: &Path) -> Result<Vec<Submission>, GraderError> {
    let entries = fs::read_dir(submissions).map_err(WorkspaceError::io("read", submissions))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut students: Vec<Submission> = paths.filter_map(Submission::at).collect();
    students.sort_by(|one, other| (&one.student, &one.path).cmp(&(&other.student, &other.path)));
    if students.is_empty() {
        return Err(GraderError::NoSubmissions { folder: submissions.to_owned() });
    }
    match students.array_windows().find(|[one, other]| one.student == other.student) {
        None => Ok(students),
        Some([one, other]) => Err(GraderError::HandedInTwice {
            student: one.student.clone(),
            one: one.path.clone(),
            other: other.path.clone(),
        }),
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
pub fn read(submission: &Submission) -> Vec<HandedIn> {
    match Place::open(&submission.path) {
        Ok(place) => graded::exercises().map(|exercise| read_exercise(&place, exercise)).collect(),
        Err(error) => {
            let refusal = Some(error.to_string());
            let refuse = |exercise| HandedIn { exercise, files: vec![], refusal: refusal.clone() };
            graded::exercises().map(refuse).collect()
        }
    }
}

fn read_exercise(place: &Place, exercise: &'static Exercise) -> HandedIn {
    let mut handed_in = HandedIn { exercise, files: Vec::new(), refusal: None };
    for file in exercise.files {
        let Some(source) = place.source(file) else { continue };
        match source.and_then(|source| refusal_of(&source).map_or(Ok(source), Err)) {
            Ok(source) => handed_in.files.push((PathBuf::from(file), source)),
            Err(reason) => {
                handed_in.refusal.get_or_insert(format!("{file} {reason}"));
            }
        }
    }
    handed_in
}

/// Why a source is not compiled, if it is not.
fn refusal_of(source: &str) -> Option<String> {
    let Ok(tokens) = source.parse::<TokenStream>() else {
        // The compiler says it better.
        return None;
    };
    first_refused(tokens).map(|(name, why)| format!("has `{name}`, which {why}"))
}

fn first_refused(tokens: TokenStream) -> Option<(&'static str, &'static str)> {
    let mut marks = String::new(); // right before this token
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => {
            let is_attribute = ["#", "#!"].contains(&marks.as_str());
            marks.clear();
            let within = if is_attribute { first_in_attribute(group.stream()) } else { None };
            within.or_else(|| first_refused(group.stream()))
        }
        TokenTree::Punct(mark) => {
            marks.push(mark.as_char());
            None
        }
        TokenTree::Ident(name) => {
            marks.clear();
            refused(&name, REFUSED)
        }
        TokenTree::Literal(_) => None,
    })
}

fn first_in_attribute(tokens: TokenStream) -> Option<(&'static str, &'static str)> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => first_in_attribute(group.stream()),
        TokenTree::Ident(name) => refused(&name, REFUSED_ATTRIBUTES),
        _ => None,
    })
}

fn refused(
    name: &Ident,
    names: &[(&'static str, &'static str)],
) -> Option<(&'static str, &'static str)> {
    names.iter().find(|(refused, _)| name == refused).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_that_reach_beyond_the_exercise_are_refused() {
        let check = |source: &str, expected: Option<&str>| {
            let refused = source.parse().ok().and_then(first_refused);
            assert_eq!(refused.map(|(name, _)| name), expected, "{source}");
        };
        check("fn f() { include!(\"/etc/passwd\") }", Some("include"));
        check("fn f() -> &str { std::env!(\"HOME\") }", Some("env"));
        check("#[path = \"../../x.rs\"] mod x;", Some("path"));
        check("#![allow(warnings)]", Some("allow"));
        check("fn f() { unsafe { g() } }", Some("unsafe"));
        check("use std::{fs, thread};", Some("fs"));
        check("#[cfg_attr(all(), path = \"x.rs\")] mod x;", Some("path"));
        check("use std::path::Path; #[must_use] fn path(allow: &Path) {}", None);
        check("//! Calls `include!`, and `unsafe` things.\nuse std::thread;", None);
        check("fn f(environment: &str) { println!(\"unsafe env\") }", None);
    }
}
