//! What fits on a screen or two is read; what does not is skimmed.

use crate::{assert_none, rust_code, tree};

/// How many lines a file may have at most, by place; see `File::is_in`.
const FILE_LINES_MAX: &[(&str, usize)] = &[("*/src/main", 40), ("*", 400)];

const FUNCTION_LINES_MAX: usize = 60;

#[test]
fn files_are_short() {
    let mut offences = Vec::new();
    for file in tree::rust_files() {
        let lines = file.text.lines().count();
        for (_, lines_max) in FILE_LINES_MAX.iter().filter(|(place, _)| file.is_in(place)) {
            if lines > *lines_max {
                offences.push(format!(
                    "{}:{lines}: ends here, {lines_max} lines are the most: split it by role",
                    file.path
                ));
            }
        }
    }
    assert_none(&offences);
}

#[test]
fn functions_are_short() {
    let mut offences = Vec::new();
    for file in tree::rust_files() {
        let code = rust_code::without_prose(&file.text);
        let code_lines: Vec<&str> = code.lines().collect();
        for line in rust_code::lines_holding(&code, "fn ") {
            let lines = function_lines(&code_lines[line - 1..]);
            if lines > FUNCTION_LINES_MAX {
                offences.push(format!(
                    "{}:{line}: a function of {lines} lines, {FUNCTION_LINES_MAX} are the most: \
                     name its steps",
                    file.path
                ));
            }
        }
    }
    assert_none(&offences);
}

/// How many lines the function takes that starts at the first line, as rustfmt lays it out.
fn function_lines(code: &[&str]) -> usize {
    let indent_of = |line: &str| line.len() - line.trim_start().len();
    let ends_signature = |line: &&str| line.trim_end().ends_with(['{', '}', ';']);
    let signature = code.iter().position(ends_signature).map_or(code.len(), |index| index + 1);
    if !code[signature - 1].trim_end().ends_with('{') {
        return signature;
    }
    let ends_body =
        |line: &&str| line.trim_start().starts_with('}') && indent_of(line) == indent_of(code[0]);
    let body = code[signature..].iter().position(ends_body);
    body.map_or(code.len(), |index| signature + index + 1)
}

#[test]
fn a_function_ends_with_its_brace() {
    let check = |code: &str, expected| {
        let code: Vec<&str> = code.lines().collect();
        assert_eq!(function_lines(&code), expected, "{code:?}");
    };
    check("fn f() {}\nfn g() {\n}", 1);
    check("    fn declared(\n        &self,\n    ) -> u64;\n    fn g() {\n    }", 3);
    check("fn f()\nwhere\n    u8: Copy,\n{\n    if x {\n    }\n}\n\nfn g() {\n}", 7);
}
