//! Builds the programs of the lab's parts anew, so that no old build is measured.

use std::{ffi::OsString, path::PathBuf};

use lab::cargo;

use super::{Options, SectionError};
use crate::trial::{Output, Trial};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");

/// Builds the program of a part with all its features, in the profile of this one.
///
/// # Errors
/// When cargo fails.
pub(super) fn build(options: &Options, part: &str) -> Result<PathBuf, SectionError> {
    let mut arguments: Vec<OsString> =
        cargo::PACKAGE_VARIABLES.iter().flat_map(|name| ["-u".into(), name.into()]).collect();
    arguments.push(options.cargo.clone().into());
    let words = ["build", "--quiet", "--message-format", "json", "--manifest-path", MANIFEST];
    let what = ["--package", part, "--all-features"];
    arguments.extend(words.into_iter().chain(what).map(Into::into));
    if !cfg!(debug_assertions) {
        arguments.push("--release".into());
    }
    let build = Trial::new("env", arguments, Output::Answer);
    let messages = build.stdout()?;
    cargo::executable_in(&messages, part)
        .ok_or_else(|| SectionError::Part { program: part.to_owned() })
}
