//! Builds candidates with cargo, offline if it can, from the versions in the lock file.

use std::{
    env,
    io::{self, IsTerminal, Read, Seek},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use interrupt::Cleanup;
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use program::progress::Visibility;
use serde::Deserialize;

use crate::{
    cargo::{PACKAGE_VARIABLES, executable_in},
    exercises::Part,
};

/// The most lines of a compiler error that count as evidence.
const SHOWN_LINES_MAX: usize = 12;

/// The longest time that a build may take: a first build of all dependencies takes minutes.
const DEADLINE: Duration = Duration::from_mins(15);

/// An error that leaves a part without a candidate.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The compiler refuses the submission.
    #[error("{message}")]
    Refused {
        /// The first error of the compiler.
        message: String,
    },
    /// Cargo fails for a reason outside of the submission.
    #[error(
        "cargo cannot build what submissions need (a first build fetches it: be online): {}",
        message.split_whitespace().collect::<Vec<_>>().join(" ")
    )]
    NotBuilt {
        /// Cargo's error.
        message: String,
    },
    /// Cargo cannot be started.
    #[error("cannot start cargo: install Rust, or put it on the PATH")]
    NoCargo {
        /// The error of the operating system.
        source: io::Error,
    },
}

/// A cargo command without the environment that `cargo run` gives to this program.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for name in PACKAGE_VARIABLES {
        cargo.env_remove(name);
    }
    cargo
}

/// Runs cargo to its end; a signal that ends this process also ends cargo.
///
/// # Errors
/// When it cannot be started.
pub fn output(cargo: &mut Command) -> io::Result<Output> {
    cargo.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let (child, _cleanup) = Cleanup::after(|| spawn_group(cargo))?;
    child.wait_with_output()
}

/// The result of a build.
#[derive(Debug)]
pub struct Build {
    /// The candidate's program.
    pub program: PathBuf,
    /// The paths of all build artifacts, including those of dependencies.
    pub artifacts: Vec<PathBuf>,
}

/// Builds the candidate of `part` from the workspace at `root`. Cargo's progress is shown if stderr is a
/// terminal and `progress` allows it.
///
/// # Errors
/// When it does not compile.
pub fn candidate(root: &Path, part: Part, progress: Visibility) -> Result<PathBuf, CompileError> {
    Ok(build(root, &[], part, progress)?.program)
}

/// Builds as [`candidate`] does, with these variables in the environment of cargo.
///
/// # Errors
/// When it does not compile.
pub fn build(
    root: &Path,
    variables: &[(&str, &Path)],
    part: Part,
    progress: Visibility,
) -> Result<Build, CompileError> {
    let mut build = cargo();
    build.envs(variables.iter().copied());
    // With the features that `cargo run --package` uses, so that dependencies are built once. A proof
    // needs no fast code of the part itself, but many candidates, each built soon.
    let unoptimised = format!("profile.dev.package.{}.opt-level=0", part.package());
    build
        .args(["build", "--locked", "--message-format", "json", "--config", &unoptimised])
        .args(["--package", part.package(), "--bin", part.candidate()])
        .current_dir(root);
    let is_shown = shows_progress(progress);
    if !is_shown {
        build.args(["--quiet", "--color", "never"]);
    }
    match run(&mut build, is_shown, DEADLINE).map_err(|source| CompileError::NoCargo { source })? {
        BuildEnd::Succeeded { stdout } => {
            let program = executable_in(&stdout, part.candidate()).ok_or_else(|| {
                CompileError::NotBuilt { message: "cargo built no such program".to_owned() }
            })?;
            Ok(Build { program, artifacts: artifacts_in(&stdout) })
        }
        BuildEnd::Failed { stdout, stderr } => Err(reason(&stdout, &stderr, part)),
        BuildEnd::TimedOut => Err(CompileError::Refused {
            message: format!(
                "the compiler was not done within {} s, and was ended",
                DEADLINE.as_secs()
            ),
        }),
    }
}

/// Whether cargo's progress is shown.
pub fn shows_progress(progress: Visibility) -> bool {
    progress == Visibility::OnTerminal && io::stderr().is_terminal()
}

/// A line of cargo's `--message-format json` that names build artifacts.
#[derive(Deserialize)]
struct Artifact {
    filenames: Vec<PathBuf>,
}

fn artifacts_in(stdout: &str) -> Vec<PathBuf> {
    let messages = stdout.lines().filter_map(|line| serde_json::from_str::<Artifact>(line).ok());
    messages.flat_map(|artifact| artifact.filenames).collect()
}

/// The end of a build.
#[derive(Debug, PartialEq, Eq)]
enum BuildEnd {
    Succeeded { stdout: String },
    Failed { stdout: String, stderr: String },
    TimedOut,
}

/// Runs a build in a process group of its own, which a signal or the deadline ends. It writes to
/// our stderr if that `is_shown`; otherwise its stderr is collected.
fn run(build: &mut Command, is_shown: bool, deadline: Duration) -> io::Result<BuildEnd> {
    let mut stderr = tempfile::tempfile()?;
    if !is_shown {
        build.stderr(stderr.try_clone()?);
    }
    build.stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0);
    let (mut build, _cleanup) = Cleanup::after(|| spawn_group(build))?;
    let group = group_of(&build);
    let mut stdout = build.stdout.take().expect("a pipe was asked for");
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        let _ = stdout.read_to_end(&mut text); // an error leaves what was read before it
        let _ = sender.send(text); // after the deadline, there is no receiver any more
    });
    // The pipe ends with the last process of the group.
    let Ok(stdout) = receiver.recv_timeout(deadline) else {
        kill_group(group);
        build.wait()?;
        return Ok(BuildEnd::TimedOut);
    };
    let stdout = String::from_utf8_lossy(&stdout).into_owned();
    if build.wait()?.success() {
        return Ok(BuildEnd::Succeeded { stdout });
    }
    stderr.rewind()?;
    let mut errors = Vec::new();
    stderr.read_to_end(&mut errors)?;
    Ok(BuildEnd::Failed { stdout, stderr: String::from_utf8_lossy(&errors).into_owned() })
}

/// Starts the leader of a process group, and returns the action that kills the group.
fn spawn_group(leader: &mut Command) -> io::Result<(Child, impl FnOnce() + Send + use<>)> {
    let leader = leader.spawn()?;
    let group = group_of(&leader);
    Ok((leader, move || kill_group(group)))
}

fn group_of(leader: &Child) -> Pid {
    Pid::from_raw(leader.id().cast_signed())
}

fn kill_group(group: Pid) {
    let _ = killpg(group, Signal::SIGKILL); // if it is there still
}

/// A line of cargo's `--message-format json` that has a diagnostic of the compiler.
#[derive(Deserialize)]
struct Message {
    package_id: String,
    message: Diagnostic,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: String,
}

impl Message {
    fn is_error(&self) -> bool {
        self.message.level.starts_with("error")
    }

    /// Whether the diagnostic is about the package of `part`.
    fn is_about(&self, part: Part) -> bool {
        self.package_id.contains(&format!("/{}#", part.package()))
    }
}

/// Decides whether the submission is to blame.
fn reason(stdout: &str, stderr: &str, part: Part) -> CompileError {
    let messages = stdout.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    let errors: Vec<Message> = messages.filter(Message::is_error).collect();
    if let Some(error) = errors.iter().find(|error| error.is_about(part)) {
        return CompileError::Refused { message: first_error(&error.message.rendered) };
    }
    // A compiler that crashes writes no diagnostic; cargo names the package.
    if stderr.contains(&format!("could not compile `{}`", part.package())) {
        return CompileError::Refused { message: first_error(stderr) };
    }
    let message = errors.first().map_or(stderr, |error| &error.message.rendered);
    let message = if message.is_empty() { "see above".to_owned() } else { first_error(message) };
    CompileError::NotBuilt { message }
}

/// The first error that the compiler names, without the warnings before it.
pub fn first_error(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let start = lines.iter().position(|line| line.starts_with("error")).unwrap_or(0);
    let error = lines[start..].iter().take_while(|line| !line.is_empty());
    error.take(SHOWN_LINES_MAX).copied().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A line of cargo's JSON output about an error in a package.
    fn error_in(package_id: &str, rendered: &str) -> String {
        let message = json!({ "level": "error", "rendered": rendered });
        json!({ "reason": "compiler-message", "package_id": package_id, "message": message })
            .to_string()
    }

    /// Whether the submission caused an error of cargo, and the message for it.
    fn blamed(stdout: &str, stderr: &str) -> (bool, String) {
        match reason(stdout, stderr, Part::Part1) {
            CompileError::Refused { message } => (true, message),
            CompileError::NotBuilt { message } => (false, message),
            CompileError::NoCargo { source } => panic!("{source}"),
        }
    }

    #[test]
    fn a_submission_is_not_to_blame_for_what_it_needs() {
        let is_refused = |stderr: &str| blamed("", stderr).0;
        assert!(is_refused(
            "error: x\n\nerror: could not compile `part1-primes` (lib) due to 1 error\n"
        ));
        assert!(!is_refused("error: could not compile `nix` (lib) due to 1 error\n"));
        assert!(!is_refused("error: failed to download from the registry\n"));
    }

    #[test]
    fn the_package_of_an_error_is_to_blame() {
        let check = |package_id: &str, is_refused| {
            let artifact = r#"{"reason":"compiler-artifact","package_id":"x","executable":null}"#;
            let warning =
                error_in("path+file:///lab/part1-primes#0.1.0", "warning: unused\n --> a.rs:1\n")
                    .replace(r#""error""#, r#""warning""#);
            let error = error_in(package_id, "error[E0425]: cannot find value\n --> b.rs:3\n\n");
            // On a terminal, cargo writes its own errors there, so that we do not have them.
            for stderr in ["", "error: could not compile `nix` (lib) due to 1 error\n"] {
                let blamed = blamed(&[artifact, &warning, &error].join("\n"), stderr);
                let message = "error[E0425]: cannot find value\n --> b.rs:3".to_owned();
                assert_eq!(blamed, (is_refused, message), "{package_id}");
            }
        };
        check("path+file:///lab/part1-primes#0.1.0", true);
        check("path+file:///lab/target/lab/grade/workspace/part1-primes#0.1.0-workshop", true);
        check("path+file:///part1-primes/common#0.1.0", false);
        check("path+file:///lab/my-part1-primes#0.1.0", false);
        check("registry+https://github.com/rust-lang/crates.io-index#nix@0.31.1", false);
    }

    #[test]
    fn errors_that_cargo_has_shown_are_not_repeated() {
        assert_eq!(blamed("", ""), (false, "see above".to_owned()));
    }

    #[test]
    fn a_build_ends_by_itself_or_at_the_deadline() {
        let check = |script: &str, deadline, expected| {
            let ended = run(Command::new("sh").args(["-c", script]), false, deadline).unwrap();
            assert_eq!(ended, expected, "{script}");
        };
        let late = Duration::from_mins(1);
        check("echo made", late, BuildEnd::Succeeded { stdout: "made\n".to_owned() });
        let (stdout, stderr) = ("made\n".to_owned(), "failed\n".to_owned());
        check("echo made; echo failed >&2; exit 101", late, BuildEnd::Failed { stdout, stderr });
        check("sleep 1000 & sleep 1000; exit 0", Duration::from_millis(1), BuildEnd::TimedOut);
    }

    #[test]
    fn the_first_error_is_shown_without_warnings() {
        let output = "warning: unused\n --> a.rs\n\nerror[E0425]: cannot find value\n --> b.rs:3\n\n\
                    error: aborting\n";
        assert_eq!(first_error(output), "error[E0425]: cannot find value\n --> b.rs:3");
        assert_eq!(first_error("killed"), "killed");
        assert_eq!(first_error(""), "");
    }
}
