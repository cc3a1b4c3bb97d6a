//! Rule: the licences of all dependencies are permissive.

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

/// Whether our list of licences fulfils an SPDX expression (SPDX 2.3, annex D).
///
/// Parentheses are ignored. So some choices are refused although they are permissive, but none is
/// accepted that is not. Older manifests say `/` for `OR`.
fn is_satisfied(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], "");
    expression
        .split(" AND ")
        .all(|choice| choice.split(" OR ").any(|licence| LICENCES.contains(&licence)))
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
    check("MIT OR GPL-3.0 AND GPL-2.0", false);
    check("(MIT AND GPL-3.0) OR GPL-2.0", false);
    check("GPL-3.0 OR (GPL-2.0 AND MIT)", false);
    check("(MIT OR GPL-3.0) AND Unicode-3.0", true);
    check("(MIT OR Apache-2.0) AND GPL-3.0", false);
    check("Apache-2.0 WITH LLVM-exception", true);
    check("MIT WITH LLVM-exception", false);
    check("MIT Apache-2.0", false);
    check("", false);
}
