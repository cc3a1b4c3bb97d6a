//! Replaces solution regions in sources by stubs, for the handout.
//!
//! ```text
//! // BEGIN SOLUTION(job, work): call `work` for every chunk
//! …
//! // END SOLUTION
//! ```
//!
//! Such a region becomes a `todo!` with that hint; the parameters in parentheses are used before, or
//! the compiler would warn of them. A region without a hint is left out. In Markdown, a region is what
//! only those read who have the finished lab, and is always left out; its comments are those of HTML,
//! `<!-- BEGIN SOLUTION -->` and `<!-- END SOLUTION -->`. In TOML, they begin with `#`, and what stands
//! behind a colon replaces the region: `# BEGIN SOLUTION: name = "value"`.

use std::fmt::Write;

/// The markers of a region, in comments on lines of their own.
const BEGIN: &str = "BEGIN SOLUTION";
const END: &str = "END SOLUTION";

/// The beginnings of comments in Rust, Markdown and TOML.
const COMMENTS: [&str; 3] = ["// ", "<!-- ", TOML_COMMENT];
const TOML_COMMENT: &str = "# ";

/// The line length to which rustfmt wraps the code.
const COLUMNS: usize = 100;

/// An error in the regions of a source.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    /// A region within another.
    #[error("line {line}: a solution begins inside another one; end the first one before it")]
    Nested {
        /// Counted from 1.
        line: usize,
    },
    /// A region without an end.
    #[error("line {line}: this solution has no end; write `{END}` in a comment after it")]
    Unclosed {
        /// Counted from 1.
        line: usize,
    },
    /// An end without a beginning.
    #[error(
        "line {line}: a solution ends here, but has not begun; write `{BEGIN}` in a comment before it"
    )]
    Unopened {
        /// Counted from 1.
        line: usize,
    },
}

/// Whether `source` has a region.
pub fn has_any(source: &str) -> bool {
    source.lines().any(|line| after(line, BEGIN).is_some())
}

/// `source` without its solutions.
///
/// # Errors
/// When a region is nested or not closed.
pub fn starter(source: &str) -> Result<String, RegionError> {
    let mut kept = String::with_capacity(source.len());
    let mut lines = source.lines().enumerate().map(|(index, line)| (index + 1, line)).peekable();
    while let Some((number, line)) = lines.next() {
        if after(line, END).is_some() {
            return Err(RegionError::Unopened { line: number });
        }
        let Some(head) = after(line, BEGIN) else {
            keep(&mut kept, line);
            continue;
        };
        let indentation = &line[..line.len() - line.trim_start().len()];
        let mut head = head.to_owned();
        let has_hint = head.contains(':');
        let mut in_hint = has_hint;
        loop {
            let Some((inner, line)) = lines.next() else {
                return Err(RegionError::Unclosed { line: number });
            };
            match line.trim_start().strip_prefix("//") {
                _ if after(line, END).is_some() => break,
                _ if after(line, BEGIN).is_some() => {
                    return Err(RegionError::Nested { line: inner });
                }
                Some(more) if in_hint => head.push_str(more),
                _ => in_hint = false,
            }
        }
        if has_hint && line.trim_start().starts_with(TOML_COMMENT) {
            keep(&mut kept, &format!("{indentation}{}", head.trim_start_matches(':').trim()));
        } else if has_hint {
            kept.push_str(&stub(&head, indentation));
        } else if ends_with_blank(&kept) {
            // What was left out stood between two blank lines: one of them is enough.
            lines.next_if(|(_, line)| line.is_empty());
        }
    }
    Ok(kept)
}

/// The text behind a marker, if this line is a comment that begins with it.
fn after<'a>(line: &'a str, marker: &str) -> Option<&'a str> {
    let comment = line.trim_start();
    COMMENTS.iter().find_map(|begin| comment.strip_prefix(begin)?.strip_prefix(marker))
}

fn keep(kept: &mut String, line: &str) {
    kept.push_str(line);
    kept.push('\n');
}

fn ends_with_blank(kept: &str) -> bool {
    kept.is_empty() || kept.ends_with("\n\n")
}

/// The stub for a solution whose head is `(job, work): the hint`.
fn stub(head: &str, indentation: &str) -> String {
    let (parameters, hint) = head.split_once(':').expect("a head that has a hint");
    let parameters = parameters.trim_matches(['(', ')']);
    let hint = hint.trim().replace('"', "\\\"").replace('{', "{{").replace('}', "}}");
    let mut stub = String::new();
    if !parameters.is_empty() {
        let used = if parameters.contains(',') {
            format!("({parameters})")
        } else {
            parameters.to_owned()
        };
        let _ =
            writeln!(stub, "{indentation}let _ = {used}; // so that nothing is unused until then");
    }
    let one_line = format!("{indentation}todo!(\"{hint}\")\n");
    if one_line.chars().count() <= COLUMNS {
        return stub + &one_line;
    }
    let inner = format!("{indentation}    ");
    let mut lines = vec![format!("{inner}\"")];
    for word in hint.split_inclusive(' ') {
        let line = lines.last_mut().expect("a first line");
        if line.chars().count() + word.chars().count() + 2 > COLUMNS {
            line.push('\\');
            lines.push(format!("{inner} {word}"));
        } else {
            line.push_str(word);
        }
    }
    stub + &format!("{indentation}todo!(\n{}\"\n{indentation})\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(source: &str, expected: &Expect) {
        match starter(source) {
            Ok(starter) => expected.assert_eq(&starter),
            Err(error) => expected.assert_eq(&error.to_string()),
        }
    }

    #[test]
    fn a_solution_with_a_hint_becomes_a_todo() {
        check(
            "fn f(job: &Job, work: W) {\n    // BEGIN SOLUTION(job, work): do it,\n    // and \
             {well}\n    work(job)\n    // END SOLUTION\n}\n",
            &expect![[r#"
                fn f(job: &Job, work: W) {
                    let _ = (job, work); // so that nothing is unused until then
                    todo!("do it, and {{well}}")
                }
            "#]],
        );
        check(
            "// BEGIN SOLUTION(task): a hint that is so long, and goes on and on and on, and then on \
             again, that it fills more than one line\n// END SOLUTION\n",
            &expect![[r#"
                let _ = task; // so that nothing is unused until then
                todo!(
                    "a hint that is so long, and goes on and on and on, and then on again, that it fills more \
                     than one line"
                )
            "#]],
        );
    }

    #[test]
    fn a_solution_without_a_hint_is_left_out() {
        check(
            "//! Head.\n\n// BEGIN SOLUTION\nuse std::thread;\n// END SOLUTION\n\nuse crate::Job;\n",
            &expect![[r#"
                //! Head.

                use crate::Job;
            "#]],
        );
    }

    #[test]
    fn markdown_has_regions_too() {
        check(
            "# Head\n\n<!-- BEGIN SOLUTION -->\nSee: there.\n<!-- END SOLUTION -->\n\nText.\n",
            &expect![[r#"
                # Head

                Text.
            "#]],
        );
        check(
            "- one\n  <!-- BEGIN SOLUTION -->\n- two\n  <!-- END SOLUTION -->\n- three\n",
            &expect![[r#"
                - one
                - three
            "#]],
        );
    }

    #[test]
    fn toml_has_regions_that_are_left_out_or_replaced() {
        check(
            "members = [\n  \"a\",\n  # BEGIN SOLUTION\n  \"b\",\n  # END SOLUTION\n]\n",
            &expect![[r#"
                members = [
                  "a",
                ]
            "#]],
        );
        check(
            "[alias]\n# BEGIN SOLUTION: lab = \"run -- a:b\"\nlab = \"run\"\n# END SOLUTION\n",
            &expect![[r#"
                [alias]
                lab = "run -- a:b"
            "#]],
        );
    }

    #[test]
    fn regions_that_do_not_match_are_errors() {
        check(
            "// BEGIN SOLUTION\n// BEGIN SOLUTION\n",
            &expect!["line 2: a solution begins inside another one; end the first one before it"],
        );
        check(
            "x\n// BEGIN SOLUTION\n",
            &expect![
                "line 2: this solution has no end; write `END SOLUTION` in a comment after it"
            ],
        );
        check(
            "// END SOLUTION\n",
            &expect![
                "line 1: a solution ends here, but has not begun; write `BEGIN SOLUTION` in a comment before it"
            ],
        );
    }
}
