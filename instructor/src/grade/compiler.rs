//! Runs the compiler on a submission in a sandbox, in which it sees only sources and libraries.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use lab::{
    compile::first_error,
    exercises::Part,
    limits::{Isolation, Limits},
    sandbox::{Access, Job, Sandbox, SandboxError},
};

use super::recipe::Recipe;

/// The limits of a compiler call. The lab's own solution takes a few seconds and a few hundred
/// megabytes.
pub(super) const LIMITS: Limits = Limits {
    deadline: Duration::from_mins(3),
    cpu: Duration::from_secs(30),
    memory_bytes: 2 << 30,
    threads: 256,
    file_bytes: 256 << 20,
    isolation: Isolation::Namespaces,
    port: None,
};

/// The search path for the linker.
const PATH: &str = "/usr/bin:/bin";

/// Folders of a sandbox, relative to the submission's folder.
const SOURCES: &str = "sources";
const OUT: &str = "out";

/// The result of compiling sources.
pub(super) enum Compiled {
    /// The program, in the folder of this sandbox.
    Program(PathBuf, Sandbox),
    /// The compiler's error.
    Refused(String),
    /// How the compiler failed to end by itself within its limits.
    Stopped(String),
}

/// Compiles the program of `part` from `sources`, each with its path in the workspace.
///
/// # Errors
/// When the compiler could not be contained.
pub(super) fn compile(
    recipe: &Recipe,
    part: Part,
    sources: &[(PathBuf, Vec<u8>)],
    isolation: Isolation,
) -> Result<Compiled, SandboxError> {
    let sandbox = Sandbox::for_compiler(Limits { isolation, ..LIMITS })?;
    for (path, contents) in sources {
        sandbox.put(&Path::new(SOURCES).join(path), contents)?;
    }
    sandbox.open_for_writing(OUT)?;
    recipe.show_to(&sandbox);
    let directory = sandbox.show_own(SOURCES, Access::Read);
    let out = sandbox.show_own(OUT, Access::Write);
    let compiler = recipe.compiler();
    for call in recipe.calls() {
        let mut environment = call.environment.clone();
        environment.push((OsString::from("PATH"), OsString::from(PATH)));
        let arguments = recipe.arguments(call, &out);
        let job = Job { program: &compiler, arguments, environment, directory: &directory };
        let outcome = sandbox.work(job)?;
        if outcome.exit.killed.is_none() && outcome.exit.exit_code.is_some_and(|code| code > 0) {
            return Ok(Compiled::Refused(first_error(&outcome.stderr)));
        }
        if let Some(failure) = outcome.failure() {
            return Ok(Compiled::Stopped(format!("the compiler {failure}")));
        }
    }
    // The name ends with a hash of cargo's.
    let out = sandbox.folder().join(OUT);
    let entries = fs::read_dir(&out).map_err(SandboxError::io("read what was compiled"))?;
    let is_program = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.extension().is_none()
            && name.starts_with(part.candidate())
            && fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
    };
    let program = entries.flatten().map(|entry| entry.path()).find(is_program);
    Ok(match program {
        Some(program) => Compiled::Program(program, sandbox),
        None => Compiled::Refused("the compiler made no program".to_owned()),
    })
}
