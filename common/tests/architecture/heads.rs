//! Rule: the first line of a file says why the file exists.

use crate::{assert_none, tree};

#[test]
fn every_file_begins_with_its_reason() {
    let files = tree::rust_files();
    let headless = files.iter().filter(|file| !file.text.starts_with("//! "));
    let offences: Vec<String> = headless
        .map(|file| {
            format!("{}:1: has no head: begin with a `//!` line saying why it exists", file.path)
        })
        .collect();
    assert_none(&offences);
}
