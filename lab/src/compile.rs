//! Candidates are built by cargo, by the locked versions alone; what is not there yet is fetched once.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::exercises::Part;

/// So much of what the compiler says is evidence.
const SHOWN_LINES_MAX: usize = 12;

/// Why there is no candidate.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The compiler has objections.
    #[error("{said}")]
    Refused {
        /// Its first error.
        said: String,
    },
    /// Something else than the submission keeps cargo from building it.
    #[error(
        "cargo cannot build what submissions need (a first build fetches it: be online): {said}"
    )]
    NotBuilt {
        /// Cargo's error.
        said: String,
    },
    /// There is no cargo.
    #[error("cannot start cargo: install Rust, or put it on the PATH")]
    NoCargo {
        /// What the system said.
        source: io::Error,
    },
}

/// How much a candidate's own package is optimised; what it depends on is built as ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Optimised {
    /// As everywhere in the lab.
    AsEver,
    /// Not at all: proofs do not gain from it, and it takes longer.
    NotAtAll,
}

/// Builds the candidate of `part` from the workspace at `root`; returns its path.
///
/// # Errors
/// When it does not compile.
pub fn candidate(
    root: &Path,
    target: &Path,
    part: Part,
    optimised: Optimised,
) -> Result<PathBuf, CompileError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    if optimised == Optimised::NotAtAll {
        let own = format!("profile.dev.package.{}.opt-level=0", part.package());
        build.args(["--config", &own]);
    }
    let output = build
        .args(["build", "--quiet", "--locked", "--color", "never"])
        .args(["--package", part.package(), "--example", part.candidate()])
        .arg("--target-dir")
        .arg(target)
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| CompileError::NoCargo { source })?;
    if !output.status.success() {
        return Err(reason(&String::from_utf8_lossy(&output.stderr), part));
    }
    Ok(target.join("debug/examples").join(part.candidate()))
}

/// Whose fault it is.
fn reason(stderr: &str, part: Part) -> CompileError {
    let said = first_error(stderr);
    if stderr.contains(&format!("could not compile `{}`", part.package())) {
        CompileError::Refused { said }
    } else {
        CompileError::NotBuilt { said }
    }
}

/// The first error that the compiler names, without the warnings before it.
fn first_error(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    let start = lines.iter().position(|line| line.starts_with("error")).unwrap_or(0);
    let error = lines[start..].iter().take_while(|line| !line.is_empty());
    error.take(SHOWN_LINES_MAX).copied().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submission_is_not_to_blame_for_what_it_needs() {
        let is_refused =
            |stderr: &str| matches!(reason(stderr, Part::Part1), CompileError::Refused { .. });
        assert!(is_refused(
            "error: x\n\nerror: could not compile `part1-primes` (lib) due to 1 error\n"
        ));
        assert!(!is_refused("error: could not compile `nix` (lib) due to 1 error\n"));
        assert!(!is_refused("error: failed to download from the registry\n"));
    }

    #[test]
    fn the_first_error_is_shown_without_warnings() {
        let said = "warning: unused\n --> a.rs\n\nerror[E0425]: cannot find value\n --> b.rs:3\n\n\
                    error: aborting\n";
        assert_eq!(first_error(said), "error[E0425]: cannot find value\n --> b.rs:3");
        assert_eq!(first_error("killed"), "killed");
        assert_eq!(first_error(""), "");
    }
}
