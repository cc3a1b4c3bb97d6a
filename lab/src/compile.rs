//! Candidates are built by cargo, by the locked versions alone; what is not there yet is fetched once.

use std::{
    env,
    io::{self, Read, Seek},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use common::{
    cargo::{TOLD_OF_ONE_PACKAGE, executable_in},
    interrupt::Cleanup,
};
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

use crate::exercises::Part;

/// So much of what the compiler says is evidence.
const SHOWN_LINES_MAX: usize = 12;

/// A first build of all that a part depends on takes minutes; a source that keeps the compiler busy for
/// longer than that was made for it.
const DEADLINE: Duration = Duration::from_mins(15);

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

/// A cargo to be started, with nothing said of the package that this program is of.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for name in TOLD_OF_ONE_PACKAGE {
        cargo.env_remove(name);
    }
    cargo
}

/// Builds the candidate of `part` from the workspace at `root`, to `target` or wherever cargo builds;
/// returns its path.
///
/// # Errors
/// When it does not compile.
pub fn candidate(root: &Path, target: Option<&Path>, part: Part) -> Result<PathBuf, CompileError> {
    let mut build = cargo();
    if let Some(target) = target {
        build.env("CARGO_TARGET_DIR", target);
    }
    // As tests are built, and for the whole workspace: what it depends on is there already.
    build
        .args(["build", "--quiet", "--locked", "--color", "never", "--profile", "test"])
        .args(["--message-format", "json-render-diagnostics"])
        .args(["--workspace", "--example", part.candidate()])
        .current_dir(root);
    match run(&mut build, DEADLINE).map_err(|source| CompileError::NoCargo { source })? {
        Ended::Well { stdout } => executable_in(&stdout, part.candidate())
            .ok_or_else(|| CompileError::NotBuilt { said: "it says of no program".to_owned() }),
        Ended::Badly { stderr } => Err(reason(&stderr, part)),
        Ended::Late => Err(CompileError::Refused {
            said: format!(
                "the compiler was not done within {} s, and was ended",
                DEADLINE.as_secs()
            ),
        }),
    }
}

/// How a build ends.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Well { stdout: String },
    Badly { stderr: String },
    Late,
}

/// Runs a build in a group of processes of its own, all of which end at the deadline, or when a signal
/// ends this process.
fn run(build: &mut Command, deadline: Duration) -> io::Result<Ended> {
    let mut stdout = tempfile::tempfile()?;
    let build = build.stdin(Stdio::null()).stdout(stdout.try_clone()?).stderr(Stdio::piped());
    build.process_group(0);
    let ((group, mut build), _cleanup) = Cleanup::after(|| {
        let build = build.spawn()?;
        let group = Pid::from_raw(build.id().cast_signed());
        io::Result::Ok(((group, build), move || kill_group(group)))
    })?;
    let mut stderr = build.stderr.take().expect("a pipe was asked for");
    let (reader, said) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        let _ = stderr.read_to_end(&mut text); // what was said until then is all that there is
        let _ = reader.send(text); // if it is too late, nobody wants it any more
    });
    // They speak for as long as one of them lives.
    let Ok(stderr) = said.recv_timeout(deadline) else {
        kill_group(group);
        build.wait()?;
        return Ok(Ended::Late);
    };
    if build.wait()?.success() {
        stdout.rewind()?;
        return Ok(Ended::Well { stdout: io::read_to_string(stdout)? });
    }
    Ok(Ended::Badly { stderr: String::from_utf8_lossy(&stderr).into_owned() })
}

fn kill_group(group: Pid) {
    let _ = killpg(group, Signal::SIGKILL); // if it is there still
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
    fn a_build_ends_by_itself_or_at_the_deadline() {
        let check = |script: &str, deadline, expected| {
            let ended = run(Command::new("sh").args(["-c", script]), deadline).unwrap();
            assert_eq!(ended, expected, "{script}");
        };
        let late = Duration::from_mins(1);
        check("echo made", late, Ended::Well { stdout: "made\n".to_owned() });
        check("echo said >&2; exit 101", late, Ended::Badly { stderr: "said\n".to_owned() });
        check("sleep 1000 & sleep 1000; exit 0", Duration::from_millis(1), Ended::Late);
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
