//! A Python interpreter, its packages, and the programs that it runs.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::SectionError;
use crate::trial::{Output, Trial, TrialError};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");

/// A Python program that prints the interpreter's path and version, and the versions of packages.
const PROBE: &str = "\
import importlib.metadata, platform, sys
print(sys.executable)
print('Python', platform.python_version())
for name in sys.argv[1:]:
    try:
        print(name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        pass
";

/// A Python interpreter and its packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Python {
    program: PathBuf,
    /// The interpreter, and packages, each with its version.
    pub(super) versions: Vec<String>,
}

/// The Python at this path with these packages, and a sentence on what is missing.
///
/// # Errors
/// When it is there and does not work.
pub(super) fn find(
    path: &Path,
    packages: &[&str],
) -> Result<(Option<Python>, Vec<String>), SectionError> {
    let words = ["-c", PROBE].iter().chain(packages);
    let probe = Trial::new(path, words, Output::Answer);
    let output = match probe.stdout() {
        Err(error) if error.is_not_there() => {
            let missing =
                "there is no Python: `apt-get install python3`, or name one by `--python`";
            return Ok((None, vec![missing.to_owned()]));
        }
        output => output?,
    };
    let python = parse(&output).ok_or_else(|| TrialError::UnexpectedOutput {
        command: path.display().to_string(),
        output,
    })?;
    let lacking: Vec<&str> =
        packages.iter().copied().filter(|package| !python.has(package)).collect();
    let missing = (!lacking.is_empty()).then(|| lacks(&lacking));
    Ok((Some(python), missing.into_iter().collect()))
}

fn parse(output: &str) -> Option<Python> {
    let mut lines = output.lines();
    let program = lines.next().filter(|path| !path.is_empty())?.into();
    let versions: Vec<String> = lines.map(str::to_owned).collect();
    (!versions.is_empty()).then_some(Python { program, versions })
}

fn lacks(packages: &[&str]) -> String {
    format!(
        "Python has no {}: `python3 -m pip install {}`, and `--python` if that is in a virtual \
         environment",
        packages.join(", no "),
        packages.join(" ")
    )
}

impl Python {
    /// Whether this package is installed.
    pub(super) fn has(&self, package: &str) -> bool {
        self.versions.iter().any(|version| version.split(' ').next() == Some(package))
    }

    /// A program in `benches/peers` with its arguments.
    pub(super) fn trial(
        &self,
        script: &str,
        arguments: impl IntoIterator<Item = String>,
        output: Output,
    ) -> Trial {
        let script = OsString::from(format!("{SCRIPTS}/{script}"));
        let arguments = [script].into_iter().chain(arguments.into_iter().map(Into::into));
        Trial::new(&self.program, arguments, output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_names_the_interpreter_and_its_packages() {
        let python = parse("/usr/bin/python3\nPython 3.11.7\nrequests 2.34.2\n").expect("a Python");
        assert_eq!(python.versions, ["Python 3.11.7", "requests 2.34.2"]);
        assert!(python.has("requests"));
        assert!(!python.has("request"));
        assert_eq!(parse(""), None);
        assert_eq!(parse("/usr/bin/python3\n"), None);
    }

    #[test]
    fn the_error_says_how_to_install_what_is_missing() {
        let (python, missing) =
            find(Path::new("/absent/python"), &[]).expect("no Python, no error");
        assert_eq!(python, None);
        assert!(missing[0].contains("apt-get install python3"), "{missing:?}");
        assert_eq!(
            lacks(&["aiohttp", "scrapy"]),
            "Python has no aiohttp, no scrapy: `python3 -m pip install aiohttp scrapy`, and \
             `--python` if that is in a virtual environment"
        );
    }
}
