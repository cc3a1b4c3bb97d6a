//! What a student hands in, as far as the grader looks at it: the files of the exercises, and none
//! that reach beyond them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Ident, TokenStream, TokenTree};

use crate::exercises::{EXERCISES, Exercise};

/// Longer sources were not written by hand.
const SOURCE_BYTES_MAX: u64 = 256 << 10;

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

/// Looks for the files of all exercises in a student's folder.
pub fn read(folder: &Path) -> Vec<HandedIn> {
    EXERCISES.iter().map(|exercise| read_exercise(folder, exercise)).collect()
}

fn read_exercise(folder: &Path, exercise: &'static Exercise) -> HandedIn {
    let mut handed_in = HandedIn { exercise, files: Vec::new(), refusal: None };
    for file in exercise.files {
        let path = folder.join(file);
        // A link could lead anywhere.
        let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
        let source = match () {
            () if !metadata.is_file() => Err("is no regular file".to_owned()),
            () if metadata.len() > SOURCE_BYTES_MAX => {
                Err(format!("is longer than {} KiB", SOURCE_BYTES_MAX >> 10))
            }
            () => fs::read_to_string(&path).map_err(|error| format!("cannot be read: {error}")),
        };
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
