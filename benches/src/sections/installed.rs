//! Finds installed programs by their `--version`.

use super::SectionError;
use crate::trial::{Output, Trial, TrialError};

/// A peer from the system's packages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Installed {
    /// The name and version, if installed.
    pub(super) version: Option<String>,
    /// What to install, if missing.
    pub(super) missing: Option<String>,
}

/// Looks for a program of a Debian package that has the same name.
///
/// # Errors
/// When it is there and does not work.
pub(super) fn find(program: &str) -> Result<Installed, SectionError> {
    match Trial::new(program, ["--version"], Output::Answer).stdout() {
        Ok(output) => match version_in(&output) {
            Some(version) => Ok(Installed { version: Some(version), missing: None }),
            None => {
                Err(TrialError::UnexpectedOutput { command: program.to_owned(), output }.into())
            }
        },
        Err(error) if error.is_not_there() => {
            let missing = format!("`{program}` is not in PATH: `apt-get install {program}`");
            Ok(Installed { version: None, missing: Some(missing) })
        }
        Err(error) => Err(error.into()),
    }
}

/// The name and the version: the first two words.
fn version_in(output: &str) -> Option<String> {
    let mut words = output.split_whitespace();
    let (name, version) = (words.next()?, words.next()?);
    Some(format!("{name} {}", version.trim_end_matches(',')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_name_themselves_first() {
        let check = |output, expected: Option<&str>| {
            assert_eq!(version_in(output).as_deref(), expected, "{output:?}");
        };
        check("primesieve 11.0, <https://github.com>\nCopyright", Some("primesieve 11.0"));
        check("curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1\n", Some("curl 7.88.1"));
        check("curl", None);
        check("", None);
    }

    #[test]
    fn the_error_says_how_to_install_what_is_missing() {
        let found = find("an-absent-program").expect("no program, no error");
        assert_eq!(found.version, None);
        assert_eq!(
            found.missing.as_deref(),
            Some("`an-absent-program` is not in PATH: `apt-get install an-absent-program`")
        );
    }
}
