//! Tests of the handout: complete but for solutions, and without anything for instructors.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, Weak},
    thread,
};

use instructor::{graded, handout};
use lab::{
    exercises::{EXERCISES, Exercise},
    workspace,
};
use nix::{sys::signal::kill, unistd::Pid};
use proc_macro2::{TokenStream, TokenTree};
use serde::Deserialize;
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A handout.
struct Made {
    folder: TempDir,
    to_be_written: Vec<PathBuf>,
}

impl Made {
    /// The root of its workspace.
    fn out(&self) -> &Path {
        self.folder.path()
    }
}

/// The one handout that all tests read, until the last of them drops it: making it starts cargo.
fn made() -> Arc<Made> {
    static MADE: Mutex<Weak<Made>> = Mutex::new(Weak::new());
    let mut last = MADE.lock().unwrap();
    last.upgrade().unwrap_or_else(|| {
        let folder = tempfile::tempdir().unwrap();
        let to_be_written = handout::make(root(), folder.path()).unwrap();
        let made = Arc::new(Made { folder, to_be_written });
        *last = Arc::downgrade(&made);
        made
    })
}

/// The link targets of a Markdown text that are not on another host.
fn links(markdown: &str) -> Vec<&str> {
    let targets = markdown.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let files = targets.map(|(target, _)| target.split('#').next().unwrap_or_default());
    files.filter(|file| !file.is_empty() && !file.contains(':')).collect()
}

/// The signatures of public functions.
fn signatures(source: &str) -> Vec<String> {
    let mut signatures = Vec::new();
    let mut tokens = source.parse::<TokenStream>().unwrap().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_function = |token: &TokenTree| token.to_string() == "fn";
        if token.to_string() == "pub" && tokens.peek().is_some_and(is_function) {
            let is_head = |token: &TokenTree| !token.to_string().starts_with('{');
            let head = std::iter::from_fn(|| tokens.next_if(is_head));
            signatures.push(head.map(|token| token.to_string() + " ").collect());
        }
    }
    signatures
}

/// The names in a folder.
fn names_in(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

#[test]
fn a_failed_handout_leaves_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let [root, out] = ["lab", "new/starter"].map(|name| folder.path().join(name));
    fs::create_dir(&root).unwrap();
    fs::write(root.join("a.md"), "first\n").unwrap();
    fs::write(root.join("b.md"), "<!-- BEGIN SOLUTION -->\n").unwrap();
    handout::make(&root, &out).unwrap_err();
    assert_eq!(names_in(out.parent().unwrap()), [""; 0]);
    fs::write(root.join("b.md"), "second\n").unwrap();
    handout::make(&root, &out).unwrap();
    assert_eq!(names_in(out.parent().unwrap()), ["starter"]);
    assert_eq!(names_in(&out).len(), 2);
}

#[test]
fn a_signal_leaves_nothing_in_the_way() {
    for signal in interrupt::ending_signals() {
        let folder = tempfile::tempdir().unwrap();
        let [cargo, ready, new] = ["cargo", "ready", "new"].map(|name| folder.path().join(name));
        // The last step starts cargo, which is this script, and does not end by itself.
        let script = format!("#!/bin/sh\n: > '{}'\nexec tail -f /dev/null\n", ready.display());
        fs::write(&cargo, script).unwrap();
        fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
        let mut making = Command::new(env!("CARGO_BIN_EXE_instructor"))
            .arg("handout")
            .arg(new.join("starter"))
            .env("CARGO", &cargo)
            .current_dir(root())
            .spawn()
            .unwrap();
        while !ready.exists() {
            assert!(making.try_wait().unwrap().is_none(), "it waits for cargo");
            thread::yield_now();
        }
        assert!(!new.join("starter").exists(), "it is not complete");
        kill(Pid::from_raw(making.id().cast_signed()), signal).unwrap();
        assert_eq!(making.wait().unwrap().code(), Some(128 + signal as i32));
        assert_eq!(names_in(&new), [""; 0], "{signal}");
    }
}

#[test]
fn every_link_of_the_handout_has_a_target() {
    let made = made();
    let out = made.out();
    let mut dead = Vec::new();
    let mut count = 0;
    for path in workspace::files(out).unwrap() {
        if path.extension() != Some(OsStr::new("md")) {
            continue;
        }
        let text = fs::read_to_string(out.join(&path)).unwrap();
        let folder = path.parent().unwrap();
        for link in links(&text) {
            count += 1;
            if !out.join(folder).join(link).exists() {
                dead.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(count > 0, "there are links");
    assert_eq!(dead, [""; 0], "put what links there between `BEGIN SOLUTION` and `END SOLUTION`");
}

#[test]
fn the_handout_has_no_solution() {
    let made = made();
    let out = made.out();
    for path in workspace::files(out).unwrap() {
        let text = fs::read_to_string(out.join(&path)).unwrap_or_default();
        let has_marker = text.lines().any(|line| {
            let line = line.trim_start();
            ["// ", "<!-- ", "# "]
                .iter()
                .any(|comment| line.starts_with(&format!("{comment}BEGIN SOLUTION")))
        });
        assert!(!has_marker, "{}", path.display());
    }
    // What is signed as it is handed out is part of an exercise, and not to be written.
    let files = EXERCISES.iter().flat_map(|exercise| exercise.files);
    let known: BTreeSet<PathBuf> = files.map(PathBuf::from).collect();
    for path in &made.to_be_written {
        assert!(known.contains(path), "{} is to be written, and not graded", path.display());
    }
}

#[test]
fn functions_are_declared_as_in_the_solution() {
    for file in EXERCISES.iter().flat_map(|exercise| exercise.files) {
        let solution = signatures(&fs::read_to_string(root().join(file)).unwrap());
        let starter = signatures(&handout::starter_of(root(), Path::new(file)).unwrap());
        assert!(!solution.is_empty(), "{file} declares nothing");
        assert_eq!(solution, starter, "{file}");
    }
}

#[test]
fn each_exercise_is_left_to_be_written() {
    let is_left =
        |file: &str| handout::starter_of(root(), Path::new(file)).unwrap().contains("todo!(");
    for Exercise { files, checks, .. } in graded::exercises() {
        assert!(files.iter().copied().any(is_left), "{checks:?}");
    }
}

#[test]
fn the_handout_mentions_nothing_that_students_must_not_know() {
    let made = made();
    let out = made.out();
    let known: BTreeSet<&str> =
        EXERCISES.iter().flat_map(|exercise| exercise.checks).map(|check| check.name).collect();
    let hidden = graded::exercises()
        .flat_map(|exercise| exercise.checks)
        .map(|check| check.name)
        .filter(|check| !known.contains(check));
    let registry = fs::read_to_string(out.join("lab/src/exercises.rs")).unwrap();
    assert!(!registry.contains("hidden"), "{registry}");
    let sources = ["check", "exercises", "part1", "part2", "part3", "verdict"];
    let sources = sources.map(|name| out.join(format!("lab/src/{name}.rs")));
    let sources = sources.map(|path| fs::read_to_string(path).unwrap()).concat();
    for check in hidden {
        assert!(!sources.contains(check), "{check}");
    }
    for path in [".ci", "CONTRIBUTING.md", "INSTRUCTORS.md", "instructor", "lab/tests"] {
        assert!(!out.join(path).exists(), "{path}");
    }
    let rules = "common/tests/architecture"; // these are about what is left out, too
    assert!(root().join(rules).exists() && !out.join(rules).exists(), "{rules}");
    assert!(out.join("lab/src/check.rs").exists());
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Package {
    name: String,
    version: String,
    /// None for our own.
    source: Option<String>,
}

fn lock_of(workspace: &Path) -> Vec<Package> {
    let lock = fs::read_to_string(workspace.join("Cargo.lock")).unwrap();
    toml::from_str::<Lock>(&lock).unwrap().package
}

#[test]
fn the_handout_is_a_workspace_without_files_for_instructors() {
    let made = made();
    let out = made.out();
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        // A fresh machine has no crates that only other systems need.
        .args(["--filter-platform", "host-tuple"])
        .current_dir(out)
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let packages = lock_of(out);
    let has = |name: &str| packages.iter().any(|package| package.name == name);
    assert!(has("lab") && !has("instructor"));
    for name in ["csv", "quick-junit", "roxmltree", "tar", "toml", "zip"] {
        assert!(!has(name), "{name}");
    }
}

#[test]
fn the_handout_has_the_packages_of_the_lab_with_other_versions() {
    let made = made();
    let out = made.out();
    let of_the_lab = lock_of(root());
    for package in lock_of(out) {
        let version = match &package.source {
            Some(_) => package.version.clone(),
            None => package.version.strip_suffix("-handout").unwrap().to_owned(),
        };
        let package = Package { version, ..package };
        assert!(of_the_lab.contains(&package), "{package:?}");
    }
}

#[test]
fn cargo_lab_of_the_handout_is_the_program_for_students() {
    let made = made();
    let out = made.out();
    let config = fs::read_to_string(out.join(".cargo/config.toml")).unwrap();
    let config: toml::Table = toml::from_str(&config).unwrap();
    assert_eq!(config["alias"]["lab"].as_str(), Some("run --package lab --"));
}
