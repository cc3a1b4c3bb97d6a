//! Asks cargo to build another program of the lab.

use std::path::PathBuf;

use serde::Deserialize;

/// Variables of `cargo run` that a nested cargo must not get: build scripts that read them would
/// rebuild everything each time.
pub const PACKAGE_VARIABLES: [&str; 7] = [
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

/// The program `name` among what cargo says, with `--message-format json`, that it made.
pub fn executable_in(messages: &str, name: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Made>(line).ok()?.executable)
        .find(|program| program.file_stem().is_some_and(|stem| stem == name))
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
