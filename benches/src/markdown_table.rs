//! Writes a table into a Markdown file, between two comments that stay.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use program::command_line::write_whole;

/// An error when a table is written.
#[derive(Debug, thiserror::Error)]
pub enum MarkdownTableError {
    /// The file cannot be read, or not be written.
    #[error("cannot {attempt} {path}; name an existing file", path = path.display())]
    File {
        /// The attempt.
        attempt: &'static str,
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file does not have each marker exactly once.
    #[error(
        "{path} does not have the lines `{opening}` and `{closing}` once each and in this order; \
         add them where the table belongs",
        path = path.display()
    )]
    Markers {
        /// The file.
        path: PathBuf,
        /// The line above the table.
        opening: String,
        /// The line below it.
        closing: String,
    },
}

/// Checks that a table could be written into this block, before the measurements.
///
/// # Errors
/// When the file cannot be read, or lacks its markers.
pub fn check(path: &Path, block: &str) -> Result<(), MarkdownTableError> {
    with_table(path, block, "").map(drop)
}

/// Writes a table between the markers of its block, in place of the text there.
///
/// # Errors
/// When the file cannot be read or written, or lacks its markers.
pub fn write(path: &Path, block: &str, table: &str) -> Result<(), MarkdownTableError> {
    let text = with_table(path, block, table)?;
    write_whole(path, text.as_bytes()).map_err(|source| MarkdownTableError::File {
        attempt: "write",
        path: path.to_owned(),
        source,
    })
}

fn with_table(path: &Path, block: &str, table: &str) -> Result<String, MarkdownTableError> {
    let text = fs::read_to_string(path).map_err(|source| MarkdownTableError::File {
        attempt: "read",
        path: path.to_owned(),
        source,
    })?;
    let [opening, closing] = markers(block);
    replace(&text, &opening, &closing, table).ok_or_else(|| MarkdownTableError::Markers {
        path: path.to_owned(),
        opening,
        closing,
    })
}

fn markers(block: &str) -> [String; 2] {
    [format!("<!-- peers:{block} -->"), format!("<!-- /peers:{block} -->")]
}

/// Replaces the text between two markers, with an empty line on either side, as Markdown needs it.
fn replace(text: &str, opening: &str, closing: &str, table: &str) -> Option<String> {
    let (above, rest) = text.split_once(opening)?;
    let (inside, below) = rest.split_once(closing)?;
    let is_repeated =
        [above, inside, below].iter().any(|part| part.contains(opening) || part.contains(closing));
    (!is_repeated).then(|| format!("{above}{opening}\n\n{}\n\n{closing}{below}", table.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_between_the_markers_changes() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(replace(text, "<!-- x -->", "<!-- /x -->", "new\n").as_deref(), expected);
        };
        let replaced = "above\n<!-- x -->\n\nnew\n\n<!-- /x -->\nbelow\n";
        check("above\n<!-- x --><!-- /x -->\nbelow\n", Some(replaced));
        check("above\n<!-- x -->\nold\nold\n<!-- /x -->\nbelow\n", Some(replaced));
        check(replaced, Some(replaced));
        check("above", None);
        check("<!-- /x --> <!-- x -->", None);
        check("<!-- x --> <!-- /x --> <!-- x --> <!-- /x -->", None);
        check("<!-- /x --> <!-- x --> <!-- /x -->", None);
    }

    #[test]
    fn the_error_names_the_markers_that_a_file_lacks() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let error = check(file.path(), "sieve").expect_err("no markers").to_string();
        assert!(error.contains("<!-- peers:sieve -->"), "{error}");
        assert!(error.contains("<!-- /peers:sieve -->"), "{error}");
        assert_eq!(fs::read_to_string(file.path()).expect("the file"), "");
    }

    #[test]
    fn a_table_gets_into_the_file() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), "<!-- peers:sieve -->\n<!-- /peers:sieve -->\n").expect("a disk");
        write(file.path(), "sieve", "| table |\n").expect("markers");
        assert_eq!(
            fs::read_to_string(file.path()).expect("the file"),
            "<!-- peers:sieve -->\n\n| table |\n\n<!-- /peers:sieve -->\n"
        );
    }
}
