//! The files that a submission can see inside its namespaces.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// Folders in which a program looks for its dynamic loader.
const LOADER_FOLDERS: &[&str] = &["/lib", "/lib64", "/libexec"];

/// Libraries that the lab's programs may be linked with, beside libc.
const LIBRARIES_BESIDE_LIBC: &[&str] =
    &["libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1"];

/// All files that a submission can see, but for an empty `/tmp`, `/proc` and a few devices.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct View(pub Vec<VisibleFile>);

/// A file or folder that a submission can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisibleFile {
    /// The path on this machine.
    pub source: PathBuf,
    /// The path inside the sandbox.
    pub place: PathBuf,
    /// The access of the submission.
    pub access: Access,
}

/// The access of a submission to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Read-only; every user may read it.
    Read,
    /// Read-only, although it may be in a folder that only the grader's user can enter.
    ReadPrivate,
    /// Writable, with all that is in it.
    Write,
}

impl View {
    /// Adds a file or folder at its own path, if it exists.
    pub fn add(&mut self, path: impl Into<PathBuf>, access: Access) {
        let path = path.into();
        if path.exists() {
            self.0.push(VisibleFile { source: path.clone(), place: path, access });
        }
    }

    /// The dynamic loader and the C library, for programs that are built as this one is.
    pub fn of_libraries() -> Self {
        let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
        let mut view = Self::default();
        for library in libraries_in(&maps) {
            view.add(&library, Access::Read);
            if library.file_name().is_some_and(|name| name == "libc.so.6") {
                for name in LIBRARIES_BESIDE_LIBC {
                    view.add(library.with_file_name(name), Access::Read);
                }
            }
        }
        for name in loader_names(&view) {
            view.add(name, Access::Read);
        }
        view.0.sort_by(|one, other| one.place.cmp(&other.place));
        view.0.dedup();
        view
    }
}

/// The shared libraries among the files that a process has mapped, by their canonical paths.
fn libraries_in(maps: &str) -> BTreeSet<PathBuf> {
    let path = |line: &str| line.find('/').map(|start| PathBuf::from(&line[start..]));
    let is_library = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.contains(".so.") || name.ends_with(".so")
    };
    maps.lines().filter_map(path).filter(is_library).collect()
}

/// The paths by which programs name a loader that is in `view`: links, as a rule.
fn loader_names(view: &View) -> Vec<PathBuf> {
    let entries = LOADER_FOLDERS.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let names = entries.flatten().map(|entry| entry.path());
    let is_loader = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ld"))
            && fs::canonicalize(path).is_ok_and(|target| view.shows(&target))
    };
    names.filter(is_loader).collect()
}

impl View {
    fn shows(&self, path: &Path) -> bool {
        self.0.iter().any(|file| file.place == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_mapped_files_that_are_named_so() {
        let maps = "55d0-55d1 r-xp 00000000 fe:00 42   /lab/target/debug/lab\n\
                    7f00-7f01 r-xp 00000000 fe:00 43   /usr/lib/x86_64-linux-gnu/libc.so.6\n\
                    7f01-7f02 rw-p 00000000 fe:00 43   /usr/lib/x86_64-linux-gnu/libc.so.6\n\
                    7ffe-7fff rw-p 00000000 00:00 0    [stack]\n";
        let expected = PathBuf::from("/usr/lib/x86_64-linux-gnu/libc.so.6");
        assert_eq!(libraries_in(maps), BTreeSet::from([expected]));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_view_of_libraries_has_a_loader_by_the_name_that_programs_use() {
        let view = View::of_libraries();
        let is_loader = |file: &VisibleFile| {
            LOADER_FOLDERS.iter().any(|folder| file.place.parent() == Some(Path::new(folder)))
        };
        assert!(view.0.iter().any(is_loader), "{view:?}");
        assert!(view.0.iter().all(|file| file.access == Access::Read && file.source.is_file()));
    }
}
