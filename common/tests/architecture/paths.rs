//! Finds the paths in Rust code, in `use` items and elsewhere.

use crate::rust_code::is_word;

/// Removes the items that are built only for tests. The code has to be formatted by rustfmt.
pub(crate) fn without_tests(code: &str) -> String {
    let (mut kept, mut lines) = (String::new(), code.lines());
    while let Some(line) = lines.next() {
        let is_for_tests = |start| line.trim_start().starts_with(start);
        if ["#[cfg(test)]", "#[cfg(all(test"].into_iter().any(is_for_tests) {
            let indent = &line[..line.len() - line.trim_start().len()];
            let is_end = |line: &str| {
                let item = line.strip_prefix(indent).filter(|item| !item.starts_with(' '));
                item.is_some_and(|item| item.ends_with(['}', ';']))
            };
            lines.find(|line| is_end(line));
        } else {
            kept.extend([line, "\n"]);
        }
    }
    kept
}

/// The last name of a path.
pub(crate) fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// Whether a path is exported, according to the code before it in its line.
pub(crate) fn is_export(before: &str) -> bool {
    before.starts_with("pub") && before.ends_with("use ")
}

/// The paths in this code, each with the code before it in its line.
pub(crate) fn paths(code: &str) -> Vec<(&str, String)> {
    let (mut found, mut start) = (Vec::new(), 0);
    while let Some(skipped) = code[start..].find(is_word) {
        start += skipped;
        let (paths, rest) = unfolded(&code[start..]);
        let before = code[..start].rsplit('\n').next().unwrap_or_default();
        if !before.ends_with("::") {
            found.extend(paths.into_iter().map(|path| (before.trim_start(), path)));
        }
        start = code.len() - rest.len();
    }
    found
}

/// The paths that start here, and the code after them. `a::{b, c::D}` is `a::b` and `a::c::D`.
fn unfolded(code: &str) -> (Vec<String>, &str) {
    let word_bytes = code.find(|char| !is_word(char)).unwrap_or(code.len());
    let (word, rest) = code.split_at(word_bytes.max(usize::from(code.starts_with('*'))));
    let Some(after) = rest.strip_prefix("::") else { return (vec![word.to_owned()], rest) };
    let (below, rest) = match after.strip_prefix('{') {
        Some(group) => {
            let (mut all, mut rest) = (Vec::new(), group.trim_start());
            while !rest.is_empty() && !rest.starts_with('}') {
                let (paths, after) = unfolded(rest);
                all.extend(paths);
                // A name given by `as` is passed over.
                let after = &after[after.find([',', '}']).unwrap_or(after.len())..];
                rest = after.trim_start_matches(',').trim_start();
            }
            (all, rest.strip_prefix('}').unwrap_or(rest))
        }
        None if after.starts_with(is_word) || after.starts_with('*') => unfolded(after),
        None => return (vec![word.to_owned()], rest),
    };
    (below.into_iter().map(|path| format!("{word}::{path}")).collect(), rest)
}
