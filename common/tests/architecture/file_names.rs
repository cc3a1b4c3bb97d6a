//! Rule: the name of a file says what is in it, and no file is named like a container.

use crate::{assert_none, foreign_crates, tree};

/// Names of containers, which could contain anything.
const CONTAINERS: &[&str] =
    &["utils", "util", "helpers", "helper", "misc", "manager", "imp", "types", "common"];

#[test]
fn files_are_named_by_role() {
    let mut offences = Vec::new();
    for file in tree::rust_files().iter().filter(|file| file.is_in("*/src")) {
        for name in file.path.trim_end_matches(".rs").split('/').skip(2) {
            if CONTAINERS.contains(&name) || foreign_crates::is_known(name) {
                offences.push(format!(
                    "{}:1: `{name}` names a container or a crate: name the role",
                    file.path
                ));
            }
        }
    }
    assert_none(&offences);
}
