//! Rule: variants are twins. `diff` against the baseline shows only lines about concurrency.

use crate::{assert_none, tree};

/// The most lines of a variant that its baseline lacks, and the other way round.
const DIFFERENT_LINES_MAX: usize = 40;

const BASELINE: &str = "sequential.rs";

#[test]
fn variants_differ_little_from_their_baseline() {
    let mut offences = Vec::new();
    for variant in tree::rust_files().iter().filter(|file| file.is_in("*/src/variants/*")) {
        let part = variant.path.split('/').next().expect("a variant's path starts with its crate");
        let baseline = format!("{part}/src/variants/{BASELINE}");
        let baseline_text = tree::text_of(&baseline);
        if baseline_text.is_empty() {
            offences.push(format!("{}:1: has no twin: write {baseline} first", variant.path));
            continue;
        }
        let (removed, added) =
            different_lines(&code_lines(&baseline_text), &code_lines(&variant.text));
        if removed.max(added) > DIFFERENT_LINES_MAX {
            offences.push(format!(
                "{}:1: adds {added} lines to {baseline} and removes {removed}, \
                 {DIFFERENT_LINES_MAX} are the most: share what is not about concurrency",
                variant.path
            ));
        }
    }
    assert_none(&offences);
}

/// The lines that are neither blank nor only a comment.
fn code_lines(source: &str) -> Vec<&str> {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    source.lines().filter(is_code).collect()
}

/// The number of lines that only the old text has, and that only the new one has, as `diff` counts.
fn different_lines(old: &[&str], new: &[&str]) -> (usize, usize) {
    let common = longest_common_subsequence(old, new);
    (old.len() - common, new.len() - common)
}

/// The length of the longest common subsequence (Wagner and Fischer 1974), row by row: `lengths[i]` is
/// for the first `i` lines of the new text.
fn longest_common_subsequence(old: &[&str], new: &[&str]) -> usize {
    let mut lengths = vec![0; new.len() + 1];
    for old_line in old {
        let mut diagonal = 0;
        for (index, new_line) in new.iter().enumerate() {
            let above = lengths[index + 1];
            lengths[index + 1] =
                if old_line == new_line { diagonal + 1 } else { above.max(lengths[index]) };
            diagonal = above;
        }
    }
    lengths[new.len()]
}

#[test]
fn lines_are_compared_in_order() {
    let check = |old: &str, new: &str, expected| {
        let (old, new) = (code_lines(old), code_lines(new));
        assert_eq!(different_lines(&old, &new), expected, "{old:?} {new:?}");
    };
    check("a\nb\nc", "a\nb\nc", (0, 0));
    check("a\nb\nc", "a\n\n  // comment\nx\nc\nd", (1, 2));
    check("a\nb", "b\na", (1, 1));
    check("", "a\na", (0, 2));
}
