//! Candidates are built by cargo, offline and by the locked versions alone.

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
    /// There is no cargo.
    #[error("cannot start cargo: install Rust, or put it on the PATH")]
    NoCargo {
        /// What the system said.
        source: io::Error,
    },
}

/// Proofs do not gain from optimised code, and students' code is compiled for each of them.
pub const QUICKLY: &[&str] = &["--config", "profile.dev.opt-level=0"];

/// Builds the candidate of `part` from the workspace at `root`; returns its path.
///
/// # Errors
/// When it does not compile.
pub fn candidate(
    root: &Path,
    target: &Path,
    part: Part,
    configuration: &[&str],
) -> Result<PathBuf, CompileError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--locked", "--offline", "--color", "never"])
        .args(configuration)
        .args(["--package", part.package(), "--example", part.candidate()])
        .arg("--target-dir")
        .arg(target)
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| CompileError::NoCargo { source })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(CompileError::Refused { said: first_error(&said) });
    }
    Ok(target.join("debug/examples").join(part.candidate()))
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
    fn the_first_error_is_shown_without_warnings() {
        let said = "warning: unused\n --> a.rs\n\nerror[E0425]: cannot find value\n --> b.rs:3\n\n\
                    error: aborting\n";
        assert_eq!(first_error(said), "error[E0425]: cannot find value\n --> b.rs:3");
        assert_eq!(first_error("killed"), "killed");
        assert_eq!(first_error(""), "");
    }
}
