//! Refuses sources that could bypass the checks; the same for `check` and `grade`.
//!
//! This is a second protection. The first one is the sandbox in which a submission is built and run.

mod file;

use std::borrow::Cow;

use proc_macro2::{Ident, TokenStream, TokenTree, token_stream};

pub use self::file::{read, text};

/// Names that sources must not use, each with the reason.
const REFUSED: &[(&str, &str)] = &[
    ("include", "includes other files"),
    ("include_str", "includes other files"),
    ("include_bytes", "includes other files"),
    ("env", "reads the environment"),
    ("option_env", "reads the environment"),
    ("fs", "reads and writes files"),
    ("current_dir", "looks for files"),
    ("exists", "looks for files"),
    ("try_exists", "looks for files"),
    ("is_file", "looks for files"),
    ("is_dir", "looks for files"),
    ("is_symlink", "looks for files"),
    ("metadata", "looks for files"),
    ("symlink_metadata", "looks for files"),
    ("canonicalize", "looks for files"),
    ("read_link", "looks for files"),
    ("read_dir", "looks for files"),
    ("net", "uses the network"),
    ("exam", "connects to the examiner"),
    ("backtrace", "reads the call stack"),
    ("unsafe", "bypasses the compiler's checks"),
    ("extern", "bypasses the compiler's checks"),
    ("asm", "bypasses the compiler's checks"),
    ("global_asm", "bypasses the compiler's checks"),
];

/// Attributes that sources must not use, each with the reason.
const REFUSED_ATTRIBUTES: &[(&str, &str)] = &[("path", "includes other files")];

/// The deepest nesting of a source; more could exhaust the compiler's stack.
const NESTED_MAX: usize = 256;

/// The refusal of a source that the compiler can read, and this module cannot.
const UNREADABLE: &str = "has syntax that the grader cannot read: write it in simpler Rust";

/// The reason for which a source is not compiled, as the end of a sentence that begins with its
/// file.
///
/// A source that cannot be read here is left to the compiler, whose errors are better. If it compiles,
/// [`guarded`] makes it an error.
pub fn refusal(source: &str) -> Option<String> {
    let mut levels = vec![Level::new(source.parse().ok()?, false)];
    // A loop and not a recursion: a source decides how deep it is nested.
    while let Some(level) = levels.last_mut() {
        match level.tokens.next() {
            None => {
                levels.pop();
            }
            Some(TokenTree::Group(group)) => {
                let is_attribute =
                    level.is_attribute || level.marks.ends_with('#') || level.marks.ends_with("#!");
                level.marks.clear();
                if levels.len() > NESTED_MAX {
                    return Some(format!("is nested more than {NESTED_MAX} levels deep"));
                }
                levels.push(Level::new(group.stream(), is_attribute));
            }
            Some(TokenTree::Punct(mark)) => level.marks.push(mark.as_char()),
            Some(TokenTree::Ident(name)) => {
                let is_lifetime = level.marks.ends_with('\'');
                level.marks.clear();
                if let (false, Some((name, why))) = (is_lifetime, level.refused(&name)) {
                    return Some(format!("has `{name}`, which {why}"));
                }
            }
            Some(TokenTree::Literal(_)) => level.marks.clear(),
        }
    }
    None
}

/// The reason for which a source that compiles is not run.
pub fn refusal_to_run(source: &str) -> Option<String> {
    if is_readable(source) { refusal(source) } else { Some(UNREADABLE.to_owned()) }
}

/// The source, changed so that it does not compile if it cannot be read here.
pub fn guarded(source: &str) -> Cow<'_, str> {
    if is_readable(source) {
        Cow::Borrowed(source)
    } else {
        Cow::Owned(format!("{source}\ncompile_error!(\"this file {UNREADABLE}\");\n"))
    }
}

fn is_readable(source: &str) -> bool {
    source.parse::<TokenStream>().is_ok()
}

/// The remaining tokens between two brackets.
struct Level {
    tokens: token_stream::IntoIter,
    is_attribute: bool,
    /// The punctuation right before the next token.
    marks: String,
}

impl Level {
    fn new(tokens: TokenStream, is_attribute: bool) -> Self {
        Self { tokens: tokens.into_iter(), is_attribute, marks: String::new() }
    }

    fn refused(&self, name: &Ident) -> Option<(&'static str, &'static str)> {
        let attributes = if self.is_attribute { REFUSED_ATTRIBUTES } else { &[] };
        let name = name.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name); // a raw identifier names the same thing
        attributes.iter().chain(REFUSED).find(|(refused, _)| name == *refused).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: Option<&str>) {
        assert!(is_readable(source), "{source}");
        let refusal = refusal(source);
        let name = refusal.as_deref().and_then(|refusal| refusal.split('`').nth(1));
        assert_eq!(name, expected, "{source}");
    }

    #[test]
    fn sources_that_reach_beyond_the_exercise_are_refused() {
        check("fn f() { include!(\"/etc/passwd\") }", Some("include"));
        check("fn f() -> &str { std::env!(\"HOME\") }", Some("env"));
        check("fn f() { unsafe { g() } }", Some("unsafe"));
        check("use std::{fs, thread};", Some("fs"));
        check("use std::r#fs as files;", Some("fs"));
        check("fn f() -> bool { Path::new(\"data\").exists() }", Some("exists"));
        check("fn f(path: &Path) { path.read_dir(); }", Some("read_dir"));
        check("macro_rules! m { () => { std::net::TcpStream::connect(\"x\") } }", Some("net"));
    }

    #[test]
    fn attributes_are_seen_wherever_they_stand() {
        check("#[path = \"../../x.rs\"] mod x;", Some("path"));
        check("# /* here */ [ path = \"x.rs\" ] mod x;", Some("path"));
        check("#[cfg_attr(all(), path = \"x.rs\")] mod x;", Some("path"));
        check("#[cfg_attr(all(), cfg_attr(all(), r#path = \"x.rs\"))] mod x;", Some("path"));
        check("m! { mod y { #![path = \"x\"] } }", Some("path"));
        check("let a = 1 + #[path = \"x\"] 2;", Some("path"));
        check("#[doc = include_str!(\"x\")] mod x {}", Some("include_str"));
    }

    #[test]
    fn harmless_sources_are_not_refused() {
        check("use std::path::Path; #[must_use] fn path(allow: &Path) {}", None);
        check("#[allow(clippy::needless_range_loop)] fn f() {}", None);
        check("macro_rules! twice { ($x:expr) => { 2 * $x } }", None);
        check("//! Calls `include!`, and `unsafe` things.\nuse std::thread;", None);
        check("fn f(environment: &str) { println!(\"unsafe env\") }", None);
        check("fn f<'a>(x: &'a str, r#type: u8) -> &'a str { x }", None);
        check("fn f<'scope, 'env>(scope: &'scope Scope<'scope, 'env>) {}", None);
        check("fn f<'env>(x: &'env str) { 'net: loop { break 'net } }", None);
    }

    #[test]
    fn unreadable_sources_are_detected() {
        for source in ["fn f() { (", "fn f() { \"", "/* no end"] {
            assert!(!is_readable(source), "{source}");
            assert_eq!(refusal(source), None);
            assert!(refusal_to_run(source).is_some() && guarded(source).contains("compile_error!"));
        }
    }

    #[test]
    fn a_source_that_is_nested_without_end_is_refused() {
        let nested = |levels| "(".repeat(levels) + &")".repeat(levels);
        assert_eq!(refusal(&nested(NESTED_MAX)), None);
        let expected = "is nested more than 256 levels deep".to_owned();
        assert_eq!(refusal(&nested(NESTED_MAX + 1)), Some(expected.clone()));
        assert_eq!(refusal(&nested(100_000)), Some(expected));
    }
}
