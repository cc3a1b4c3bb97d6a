//! Finds installations of primesieve: executables, and libraries to compile a program with.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use super::contender::{Contender, Kind};
use crate::{
    sections::{Options, SectionError},
    trial::{Output, Trial, TrialError},
};

/// The source of the program for jobs that its executable does not do.
const JOBS_SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/primesieve_jobs.cpp");

const COMPILER: &str = "c++";
const HEADER_FILE: &str = "include/primesieve.hpp";
const LIBRARY_FILE: &str = "libprimesieve.a";

const NO_EXECUTABLE: &str = "`primesieve` is not in PATH: `apt-get install primesieve`";
const NO_COMPILER: &str =
    "libprimesieve: there is no compiler `c++`: `apt-get install g++ libprimesieve-dev`";
const NO_LIBRARY: &str =
    "libprimesieve: nothing can be compiled with it: `apt-get install libprimesieve-dev`";

/// Paths of programs, with their versions.
type Found = Vec<(PathBuf, String)>;

/// Finds all contenders of primesieve, with a sentence for each missing one.
///
/// # Errors
/// When one that was asked for is not there, or one that is there does not work.
pub(super) fn find(options: &Options) -> Result<(Vec<Contender>, Vec<String>), SectionError> {
    let mut missing = Vec::new();
    let executables = executables(options, &mut missing)?;
    let libraries = libraries(options, &mut missing)?;
    let mut contenders = contenders(executables, Kind::Primesieve);
    contenders.extend(self::contenders(libraries, Kind::Libprimesieve));
    Ok((contenders, missing))
}

fn executables(options: &Options, missing: &mut Vec<String>) -> Result<Found, SectionError> {
    let mut found = Vec::new();
    match version_of(Path::new("primesieve"), "--version") {
        Ok(version) => found.push(("primesieve".into(), version)),
        Err(error) if error.is_not_there() => missing.push(NO_EXECUTABLE.to_owned()),
        Err(error) => return Err(error.into()),
    }
    for path in &options.primesieves {
        let version = version_of(path, "--version").map_err(|error| SectionError::Peer {
            option: "--primesieve",
            value: path.display().to_string(),
            why: format!("{error}; name an executable of primesieve"),
        })?;
        found.push((path.clone(), version));
    }
    Ok(found)
}

/// Compiles the program with each library.
fn libraries(options: &Options, missing: &mut Vec<String>) -> Result<Found, SectionError> {
    fs::create_dir_all(&options.build_folder).map_err(|source| SectionError::Folder {
        folder: options.build_folder.display().to_string(),
        source,
    })?;
    let program = |number: usize| options.build_folder.join(format!("primesieve_jobs_{number}"));
    let mut found = Vec::new();
    match compile(&program(0), &["-lprimesieve".into()]) {
        Ok(version) => found.push((program(0), version)),
        Err(error) if error.is_not_there() => missing.push(NO_COMPILER.to_owned()),
        Err(_) => missing.push(NO_LIBRARY.to_owned()),
    }
    for (number, folder) in (1..).zip(&options.libprimesieves) {
        let compiled = library_in(folder)
            .and_then(|link| compile(&program(number), &link).map_err(|error| error.to_string()));
        let version = compiled.map_err(|why| SectionError::Peer {
            option: "--libprimesieve",
            value: folder.display().to_string(),
            why,
        })?;
        found.push((program(number), version));
    }
    Ok(found)
}

/// The compiler's arguments for headers and a static library in a folder where primesieve was
/// built or installed: `include`, and the library there or one folder below.
fn library_in(folder: &Path) -> Result<Vec<OsString>, String> {
    if !folder.join(HEADER_FILE).is_file() {
        return Err(format!(
            "it has no {HEADER_FILE}; name where primesieve is installed or built"
        ));
    }
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(|error| format!("{error}; name a folder that you may read"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    folders.sort();
    folders.insert(0, folder.to_owned());
    let mut libraries = folders.iter().map(|folder| folder.join(LIBRARY_FILE));
    let library = libraries.find(|library| library.is_file()).ok_or_else(|| {
        format!("it has no {LIBRARY_FILE}, not even one folder below; build that first")
    })?;
    Ok(vec!["-I".into(), folder.join("include").into(), library.into(), "-pthread".into()])
}

/// Compiles the program; returns the version of the library that it is linked with.
fn compile(program: &Path, link: &[OsString]) -> Result<String, TrialError> {
    let mut arguments: Vec<OsString> =
        ["-std=c++14", "-O3", JOBS_SOURCE, "-o"].map(Into::into).into();
    arguments.push(program.into());
    // Libraries come after what needs them.
    arguments.extend_from_slice(link);
    Trial::new(COMPILER, arguments, Output::Answer).transcript()?;
    version_of(program, "version")
}

fn version_of(program: &Path, argument: &str) -> Result<String, TrialError> {
    let trial = Trial::new(program, [argument], Output::Answer);
    let output = trial.transcript()?;
    match parse_version(&output) {
        Some(version) => Ok(version.to_owned()),
        None => Err(TrialError::UnexpectedOutput { command: trial.to_string(), output }),
    }
}

/// The version in the first line of `primesieve --version`.
fn parse_version(output: &str) -> Option<&str> {
    let version = output.lines().next()?.strip_prefix("primesieve ")?;
    let version = version.split([',', ' ']).next()?;
    let is_version = version.starts_with(|first: char| first.is_ascii_digit())
        && version.chars().all(|char| char.is_ascii_digit() || char == '.');
    is_version.then_some(version)
}

/// The contenders for these programs; builds of one version get distinct names.
fn contenders(found: Found, kind: Kind) -> Vec<Contender> {
    let mut contenders: Vec<Contender> = Vec::new();
    for (program, version) in found {
        let title = format!("primesieve {version}");
        let is_like = |contender: &&Contender| {
            contender.title.split(" (build ").next() == Some(title.as_str())
        };
        let title = match contenders.iter().filter(is_like).count() {
            0 => title,
            others => format!("{title} (build {})", others + 1),
        };
        contenders.push(Contender { title, program, kind });
    }
    contenders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_first_line() {
        let check = |output, expected| assert_eq!(parse_version(output), expected, "{output:?}");
        check(
            "primesieve 11.0, <https://github.com/kimwalisch/primesieve>\nCopyright",
            Some("11.0"),
        );
        check("primesieve 12.16\n", Some("12.16"));
        check("primesieve 8.0 (beta)", Some("8.0"));
        check("primecount 7.6, <https://github.com>", None);
        check("primesieve: invalid option", None);
        check("primesieve ", None);
        check("", None);
    }

    #[test]
    fn two_builds_of_a_version_have_a_column_each() {
        let found = ["11.0", "12.16", "11.0"].map(|version| ("program".into(), version.to_owned()));
        let titles: Vec<String> = contenders(found.into(), Kind::Primesieve)
            .into_iter()
            .map(|contender| contender.title)
            .collect();
        assert_eq!(titles, ["primesieve 11.0", "primesieve 12.16", "primesieve 11.0 (build 2)"]);
    }

    #[test]
    fn a_library_is_found_where_it_was_built_or_installed() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |path: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
            fs::write(path, "").expect("a file");
        };
        let error = |expected: &str| {
            let error = library_in(root.path()).expect_err("not all is there yet");
            assert!(error.contains(expected), "{error}");
        };
        error("no include/primesieve.hpp");
        write("include/primesieve.hpp");
        error("no libprimesieve.a");
        write("build/libprimesieve.a");
        let arguments = library_in(root.path()).expect("both are there");
        assert_eq!(arguments[2], root.path().join("build/libprimesieve.a"));
    }
}
