//! Rule: files are short. For functions, clippy checks it: `too-many-lines-threshold` counts the lines of a
//! body without comments and empty lines.

use crate::{assert_none, tree};

/// The most lines of a file, by place (see `File::is_in`).
const FILE_LINES_MAX: &[(&str, usize)] = &[("*/src/main", 40), ("*", 400)];

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
