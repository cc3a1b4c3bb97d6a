//! Lists and reads the files of the workspace, by their paths from its root.

use std::{fs, path::Path};

/// A text file of the workspace.
pub(crate) struct File {
    /// The path from the root of the workspace.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// Whether this file belongs to a place.
    ///
    /// A place is a folder, or a module (its path without `.rs`) with all modules below it; `*`
    /// stands for any one name.
    pub(crate) fn is_in(&self, place: &str) -> bool {
        let mut names = self.path.trim_end_matches(".rs").split('/');
        place
            .split('/')
            .all(|wanted| names.next().is_some_and(|name| [name, "*"].contains(&wanted)))
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("`common` is a folder of the workspace")
}

/// The path from the root of the workspace.
pub(crate) fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).expect("a path within the workspace");
    path.to_str().expect("our paths are UTF-8").to_owned()
}

/// The text of a file of the workspace; empty if there is no such file.
pub(crate) fn text_of(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// The number of the first line that starts with this word, counted from one; one if there is none.
pub(crate) fn line_starting(text: &str, word: &str) -> usize {
    let starts = |line: &str| {
        line.strip_prefix(word).is_some_and(|rest| {
            !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-')
        })
    };
    text.lines().position(starts).map_or(1, |index| index + 1)
}

pub(crate) fn rust_files() -> Vec<File> {
    files_ending(".rs")
}

/// Submissions for the tests of the grader, which are wrong on purpose.
const SUBMISSIONS: &str = "instructor/tests/corpus";

/// All files with this end of their path, sorted, without build output, hidden folders and submissions.
pub(crate) fn files_ending(ending: &str) -> Vec<File> {
    let mut files = Vec::new();
    collect(root(), ending, &mut files);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn collect(folder: &Path, ending: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder that can be read") {
        let entry = entry.expect("an entry of a folder");
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if entry.file_type().expect("the type of an entry").is_dir() {
            if name != "target" && !name.starts_with('.') && relative(&path) != SUBMISSIONS {
                collect(&path, ending, files);
            }
        } else if name.ends_with(ending) {
            let text = fs::read_to_string(&path).expect("a text file");
            files.push(File { path: relative(&path), text });
        }
    }
}

#[test]
fn a_place_is_a_folder_or_a_module() {
    let check = |path: &str, place, expected| {
        let file = File { path: path.to_owned(), text: String::new() };
        assert_eq!(file.is_in(place), expected, "{path} in {place}");
    };
    check("common/src/gate.rs", "common/src/gate", true);
    check("common/src/gate/served.rs", "common/src/gate", true);
    check("common/src/gate/served.rs", "common/src/gate/*", true);
    check("common/src/gate.rs", "common/src/gate/*", false);
    check("common/src/gateway.rs", "common/src/gate", false);
    check("mock-web/tests/faults.rs", "*/tests", true);
    check("mock-web/src/tests.rs", "*/tests", false);
}
