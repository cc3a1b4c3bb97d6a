//! Rule: the licences of all dependencies are permissive.

use std::iter::Peekable;

use crate::{assert_none, cargo_metadata::all_packages, tree};

/// Permissive licences by their SPDX identifiers. Their only condition is to keep the notice.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

#[test]
fn licences_are_permissive() {
    let lock = tree::text_of("Cargo.lock");
    let mut offences = Vec::new();
    for package in all_packages() {
        let licence = package.license.as_deref().unwrap_or("no licence");
        if !is_satisfied(licence) {
            let line = tree::line_starting(&lock, &format!("name = \"{}\"", package.name));
            offences.push(format!(
                "Cargo.lock:{line}: {} {} is under {licence}: replace it, or give that a row in \
                 LICENCES",
                package.name, package.version
            ));
        }
    }
    assert_none(&offences);
}

/// Whether an SPDX expression can be fulfilled by our list of licences alone (SPDX 2.3, annex D).
///
/// Older manifests say `/` for `OR`.
fn is_satisfied(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    any_of(&mut words) && words.next().is_none()
}

/// Parses alternatives. Both sides of an operator are always parsed.
fn any_of<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>) -> bool {
    let mut satisfied = all_of(words);
    while words.next_if_eq(&"OR").is_some() {
        satisfied |= all_of(words);
    }
    satisfied
}

fn all_of<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>) -> bool {
    let mut satisfied = one(words);
    while words.next_if_eq(&"AND").is_some() {
        satisfied &= one(words);
    }
    satisfied
}

/// Parses a parenthesis, or a licence with its exception.
fn one<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let satisfied = any_of(words);
        return words.next() == Some(")") && satisfied;
    }
    let mut licence = words.next().unwrap_or_default().to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
    }
    LICENCES.contains(&licence.as_str())
}

#[test]
fn expressions_offer_choices() {
    let check =
        |expression, expected| assert_eq!(is_satisfied(expression), expected, "{expression}");
    check("MIT", true);
    check("GPL-3.0-only", false);
    check("MIT/GPL-3.0", true);
    check("GPL-3.0 OR MIT", true);
    check("GPL-3.0 AND MIT", false);
    check("MIT OR GPL-3.0 AND GPL-2.0", true);
    check("(MIT OR GPL-3.0) AND Unicode-3.0", true);
    check("(MIT OR Apache-2.0) AND GPL-3.0", false);
    check("Apache-2.0 WITH LLVM-exception", true);
    check("MIT WITH LLVM-exception", false);
    check("(MIT", false);
    check("MIT Apache-2.0", false);
    check("", false);
}
