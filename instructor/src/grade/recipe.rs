//! The recipe of a program: the compiler calls of cargo, recorded on the lab's own sources and
//! replayed without cargo.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use lab::{
    compile::{self, CompileError},
    exercises::Part,
    sandbox::{Access, Sandbox},
    workspace::{self, WorkspaceError},
};
use program::progress::Visibility;

use crate::GraderError;

/// The script between cargo and the compiler that records each call (`RUSTC_WORKSPACE_WRAPPER`). It
/// notes the environment that `env!` can read, and the command line; nothing else of the
/// environment.
const WRAPPER: &str = r#"#!/bin/sh
# Notes how cargo calls the compiler for a crate of the workspace, and calls it.
if [ -n "$CARGO_CRATE_NAME" ]; then
    notes=${0%/*}/$CARGO_CRATE_NAME
    "$1" --print sysroot >"$notes.sysroot"
    env -0 | grep -z '^CARGO_\(BIN\|CRATE\|MANIFEST\|PKG\)_' >"$notes.environment"
    printf '%s\0' "$@" >"$notes.arguments"
fi
exec "$@"
"#;

/// Files of the system that a compiler and a linker need, besides the Rust toolchain.
const OF_THE_SYSTEM: &[&str] = &[
    "/bin",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/bin",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
];

/// Compiler options for submissions: without optimization, since verdicts do not depend on it, and in
/// one piece. Incremental compilation took a quarter more CPU time, most of it in the file system.
const UNOPTIMIZED: &[&str] = &["opt-level=0", "codegen-units=1", "debuginfo=0", "strip=debuginfo"];

/// Recorded options on code generation that are dropped.
const DROPPED: &[&str] = &["codegen-units=", "debuginfo=", "incremental=", "opt-level="];

/// Recorded arguments that only cargo needs.
const FOR_CARGO: &[&str] = &["--error-format=", "--json=", "--diagnostic-width="];

/// The compiler calls that make a program, and the files that they read.
pub(super) struct Recipe {
    part: Part,
    sysroot: PathBuf,
    /// The folder of libraries on which the program depends.
    libraries: PathBuf,
    /// The folder in which the calls look for libraries.
    libraries_folder: PathBuf,
    calls: Vec<Call>,
}

/// A compiler call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// The arguments of the compiler.
    arguments: Vec<String>,
    /// Its environment.
    pub(super) environment: Vec<(OsString, OsString)>,
}

impl Recipe {
    /// Builds the program of `part` with cargo, and records the compiler calls in `folder`.
    ///
    /// # Errors
    /// When it cannot be built.
    pub(super) fn note(
        root: &Path,
        target: &Path,
        folder: &Path,
        part: Part,
        progress: Visibility,
    ) -> Result<Self, GraderError> {
        let notes = folder.join("calls").join(part.name());
        let wrapper = notes.join("wrapper");
        workspace::write(&wrapper, WRAPPER.as_bytes())?;
        open_to_all(&wrapper, 0o755)?;
        let finished = folder.join("target");
        let variables: &[(&str, &Path)] = &[
            ("CARGO_BUILD_BUILD_DIR", target),
            // Otherwise these programs would replace those of `cargo lab check`, which have the same names.
            ("CARGO_TARGET_DIR", &finished),
            ("RUSTC_WORKSPACE_WRAPPER", &wrapper),
        ];
        let run_cargo = || compile::build(root, variables, part, progress);
        let mut built = run_cargo().map_err(not_of_a_student)?;
        let mut calls = calls_in(&notes, part, &built.artifacts);
        if calls.is_none() {
            // Cargo did not call the compiler, and what it noted before is not there any more.
            for source in ["src/lib.rs".to_owned(), format!("src/bin/{}.rs", part.candidate())] {
                touch(&root.join(part.package()).join(source))?;
            }
            built = run_cargo().map_err(not_of_a_student)?;
            calls = calls_in(&notes, part, &built.artifacts);
        }
        let message = "cargo did not call the compiler".to_owned();
        let calls = calls.ok_or(CompileError::NotBuilt { message })?;
        let sysroot = notes.join(library_name(part)).with_added_extension("sysroot");
        let sysroot = fs::read_to_string(&sysroot).map_err(WorkspaceError::io("read", &sysroot))?;
        let libraries = folder.join("libraries").join(part.name());
        let libraries_folder = collect_libraries(&built.artifacts, part, &libraries)?;
        let sysroot = PathBuf::from(sysroot.trim_end());
        Ok(Self { part, sysroot, libraries, libraries_folder, calls })
    }

    /// The path of the compiler.
    pub(super) fn compiler(&self) -> PathBuf {
        self.sysroot.join("bin/rustc")
    }

    /// The compiler calls, in order.
    pub(super) fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// The arguments of a call that writes to `out`.
    pub(super) fn arguments(&self, call: &Call, out: &Path) -> Vec<OsString> {
        rewritten(&call.arguments, &library_name(self.part), out)
    }

    /// Shows a compiler in this sandbox the files that the calls read.
    pub(super) fn show_to(&self, sandbox: &Sandbox) {
        for path in OF_THE_SYSTEM.iter().map(Path::new).filter(|path| path.exists()) {
            sandbox.show(path, path, Access::Read);
        }
        sandbox.show(&self.sysroot, &self.sysroot, Access::ReadPrivate);
        sandbox.show(&self.libraries, &self.libraries_folder, Access::ReadPrivate);
    }
}

/// The crate name of a part's library.
fn library_name(part: Part) -> String {
    part.package().replace('-', "_")
}

/// The recorded calls that made the library of a part and its program.
fn calls_in(notes: &Path, part: Part, artifacts: &[PathBuf]) -> Option<Vec<Call>> {
    let library = library_name(part);
    // Cargo makes the hash in its name from all that the compiler is given.
    let library_file = artifacts.iter().find_map(|path| {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix(&format!("lib{library}-"))?.strip_suffix(".rlib")
    })?;
    let calls = [&library, part.candidate()].map(|name| {
        let read = |ending| fs::read_to_string(notes.join(name).with_added_extension(ending)).ok();
        let call = Call::parse(&read("arguments")?, &read("environment")?);
        call.arguments.iter().any(|word| word.contains(library_file)).then_some(call)
    });
    calls.into_iter().collect()
}

impl Call {
    /// Parses a call as the wrapper records it: each word ends with a NUL byte.
    fn parse(arguments: &str, environment: &str) -> Self {
        let words = |text: &str| text.split_terminator('\0').map(str::to_owned).collect::<Vec<_>>();
        let pair = |variable: String| {
            variable.split_once('=').map(|(name, value)| (name.into(), value.into()))
        };
        Self {
            arguments: words(arguments).split_off(1),
            environment: words(environment).into_iter().filter_map(pair).collect(),
        }
    }
}

/// The arguments of a call, rewritten for readable errors and for the files of `library` in `out`.
fn rewritten(arguments: &[String], library: &str, out: &Path) -> Vec<OsString> {
    let mut rewritten: Vec<OsString> = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--out-dir" => {
                words.next();
            }
            "-C" | "--extern" => {
                let Some(value) = words.next() else { continue };
                let own = value.strip_prefix(&format!("{library}=")).map(Path::new);
                let own = own.and_then(Path::file_name).map(|file| out.join(file));
                if let Some(own) = own {
                    rewritten.extend([word.into(), format!("{library}={}", own.display()).into()]);
                } else if !DROPPED.iter().any(|start| value.starts_with(start)) {
                    rewritten.extend([word.into(), value.into()]);
                }
            }
            _ if FOR_CARGO.iter().any(|start| word.starts_with(start)) => {}
            _ if word.starts_with("--emit=") => rewritten.push("--emit=link".into()),
            _ => rewritten.push(word.into()),
        }
    }
    rewritten.extend(UNOPTIMIZED.iter().flat_map(|option| ["-C".into(), option.into()]));
    rewritten.extend(["--out-dir".into(), out.into(), "-A".into(), "warnings".into()]);
    rewritten
}

/// Copies the libraries among `artifacts`, but for the part's own, into `folder`; returns their
/// original folder.
fn collect_libraries(
    artifacts: &[PathBuf],
    part: Part,
    folder: &Path,
) -> Result<PathBuf, GraderError> {
    let own = format!("lib{}-", library_name(part));
    let is_own =
        |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&own));
    let library_folder = artifacts.iter().find(|path| is_own(path)).and_then(|path| path.parent());
    let library_folder = library_folder.expect("a library of the part, whose call is noted");
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(WorkspaceError::io("remove", folder)(error).into());
        }
        _ => {}
    }
    fs::create_dir_all(folder).map_err(WorkspaceError::io("create", folder))?;
    open_to_all(folder, 0o755)?;
    for path in
        artifacts.iter().filter(|path| path.parent() == Some(library_folder) && !is_own(path))
    {
        let copy = folder.join(path.file_name().expect("a library to have a name"));
        let is_open = fs::metadata(path).is_ok_and(|metadata| metadata.mode() & 0o004 != 0);
        if is_open && fs::hard_link(path, &copy).is_ok() {
            continue;
        }
        fs::copy(path, &copy).map_err(WorkspaceError::io("copy", path))?;
        open_to_all(&copy, 0o644)?;
    }
    Ok(library_folder.to_owned())
}

/// Lets every user read a file or folder, whatever the umask of the grader is.
fn open_to_all(path: &Path, mode: u32) -> Result<(), WorkspaceError> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(WorkspaceError::io("change", path))
}

/// Makes a source look changed to cargo, which compares times.
fn touch(source: &Path) -> Result<(), WorkspaceError> {
    let contents = fs::read(source).map_err(WorkspaceError::io("read", source))?;
    fs::write(source, contents).map_err(WorkspaceError::io("write", source))
}

/// Turns an error in the lab's own sources into one that is no student's fault.
fn not_of_a_student(error: CompileError) -> CompileError {
    match error {
        CompileError::Refused { message } => CompileError::NotBuilt { message },
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_writes_to_a_folder_of_its_own_and_reads_the_library_there() {
        let noted = "rustc\0--crate-name\0part1_exam\0--error-format=json\0--json=artifacts\0\
                     part1-primes/src/bin/part1_exam.rs\0--emit=dep-info,link\0-C\0debuginfo=2\0\
                     -C\0incremental=/t/incremental\0--out-dir\0/t/deps\0--extern\0\
                     common=/t/deps/libcommon-1.rlib\0--extern\0part1_primes=/t/deps/libpart1_primes-2.rlib\0";
        let call = Call::parse(noted, "CARGO_PKG_NAME=part1-primes\0CARGO_PKG_X=a=b\0");
        let expected = "--crate-name part1_exam part1-primes/src/bin/part1_exam.rs --emit=link \
                        --extern common=/t/deps/libcommon-1.rlib \
                        --extern part1_primes=/out/libpart1_primes-2.rlib \
                        -C opt-level=0 -C codegen-units=1 -C debuginfo=0 \
                        -C strip=debuginfo --out-dir /out -A warnings";
        let words = rewritten(&call.arguments, "part1_primes", Path::new("/out"));
        assert_eq!(words, expected.split(' ').collect::<Vec<_>>());
        let environment = [("CARGO_PKG_NAME", "part1-primes"), ("CARGO_PKG_X", "a=b")];
        let environment = environment.map(|(name, value)| (name.into(), value.into()));
        assert_eq!(call.environment, environment);
    }

    #[test]
    fn only_the_call_that_made_the_library_counts() {
        let notes = tempfile::tempdir().unwrap();
        let artifacts = [PathBuf::from("/t/deps/libpart1_primes-2.rlib")];
        let calls = |hash: &str| {
            for name in ["part1_primes", "part1_exam"] {
                let arguments = format!("rustc\0--extern\0x-{hash}\0");
                fs::write(notes.path().join(format!("{name}.arguments")), arguments).unwrap();
                fs::write(notes.path().join(format!("{name}.environment")), "").unwrap();
            }
            calls_in(notes.path(), Part::Part1, &artifacts)
        };
        assert_eq!(calls_in(notes.path(), Part::Part1, &artifacts), None);
        assert_eq!(calls("1"), None);
        assert_eq!(calls("2").unwrap().len(), 2);
    }
}
