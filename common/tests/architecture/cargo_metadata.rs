//! Reads the metadata of cargo: our packages, and their dependencies.

use std::{path::PathBuf, process::Command};

use serde::Deserialize;

use crate::tree;

#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `dev` or `build`; none for a normal dependency.
    pub(crate) kind: Option<String>,
    rename: Option<String>,
    path: Option<PathBuf>,
}

#[derive(Deserialize)]
pub(crate) struct Target {
    pub(crate) kind: Vec<String>,
    pub(crate) src_path: PathBuf,
}

impl Package {
    /// The `path:line` of the line in the package's manifest that starts with this word.
    pub(crate) fn place_of(&self, word: &str) -> String {
        let path = tree::relative(&self.manifest_path);
        format!("{path}:{}", tree::line_starting(&tree::text_of(&path), word))
    }
}

impl Dependency {
    pub(crate) fn is_ours(&self) -> bool {
        self.path.is_some()
    }

    /// Its name in the manifest.
    pub(crate) fn key(&self) -> &str {
        self.rename.as_deref().unwrap_or(&self.name)
    }
}

/// The packages of the workspace.
pub(crate) fn our_packages() -> Vec<Package> {
    packages(&["--no-deps"])
}

/// Our packages, and all that are needed to build them on this machine.
pub(crate) fn all_packages() -> Vec<Package> {
    packages(&["--locked", "--filter-platform=host-tuple"])
}

fn packages(arguments: &[&str]) -> Vec<Package> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }

    let metadata = cargo(&[&["metadata", "--format-version=1", "--offline"], arguments].concat());
    serde_json::from_str::<Metadata>(&metadata).expect("cargo's metadata").packages
}

/// The output of a cargo command that builds nothing.
pub(crate) fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(tree::root())
        .output()
        .expect("cargo can be run");
    assert!(
        output.status.success(),
        "cargo {arguments:?} failed, `cargo fetch` may help: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo to write UTF-8")
}
