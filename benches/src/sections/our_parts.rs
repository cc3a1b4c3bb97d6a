//! The programs of the lab's parts, made anew, so that nobody measures yesterday's.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Options, SectionError};
use crate::trial::{Output, Trial};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");

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
    let words = ["build", "--quiet", "--message-format", "json", "--manifest-path", MANIFEST];
    let mut arguments: Vec<_> = words.into_iter().chain(["--package", part]).collect();
    if !cfg!(debug_assertions) {
        arguments.push("--release");
    }
    let cargo = Trial::new(&options.cargo, arguments, Output::Answer);
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
