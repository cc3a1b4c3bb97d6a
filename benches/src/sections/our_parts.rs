//! The programs of the lab's parts, made anew, so that nobody measures yesterday's.

use std::{ffi::OsString, path::PathBuf};

use serde::Deserialize;

use super::{Options, SectionError};
use crate::trial::{Output, Trial};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");

/// What `cargo run` tells this program of its own package. Build scripts that look at these, such as
/// that of ring, would take everything for changed, each time.
const OF_THIS_PACKAGE: [&str; 7] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// A line of what cargo says with `--message-format json`, where it made a program.
#[derive(Deserialize)]
struct Made {
    executable: Option<PathBuf>,
}

/// Makes the program of a part, in the profile of this one.
///
/// # Errors
/// When cargo fails.
pub(super) fn build(options: &Options, part: &str) -> Result<PathBuf, SectionError> {
    let mut arguments: Vec<OsString> =
        OF_THIS_PACKAGE.iter().flat_map(|name| ["-u".into(), name.into()]).collect();
    arguments.push(options.cargo.clone().into());
    let words = ["build", "--quiet", "--message-format", "json", "--manifest-path", MANIFEST];
    arguments.extend(words.into_iter().chain(["--package", part]).map(Into::into));
    if !cfg!(debug_assertions) {
        arguments.push("--release".into());
    }
    let cargo = Trial::new("env", arguments, Output::Answer);
    let messages = cargo.stdout()?;
    executable_in(&messages, part).ok_or_else(|| SectionError::Part { program: part.to_owned() })
}

fn executable_in(messages: &str, part: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Made>(line).ok()?.executable)
        .find(|program| program.file_stem().is_some_and(|name| name == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_where_cargo_says() {
        let messages = r#"
            {"reason":"compiler-artifact","executable":null}
            {"reason":"compiler-artifact","executable":"/made/other"}
            {"reason":"compiler-artifact","executable":"/made/part1-primes"}
            {"reason":"build-finished","success":true}
        "#;
        let found = executable_in(messages, "part1-primes");
        assert_eq!(found, Some("/made/part1-primes".into()));
        assert_eq!(executable_in(messages, "part2-threads"), None);
    }
}
