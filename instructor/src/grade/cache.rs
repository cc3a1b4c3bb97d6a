//! The incremental compilation cache of the starters. A submission differs from them in a few files, and
//! is compiled with a copy of this cache, which takes a third of the time.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use lab::workspace::{self, WorkspaceError};

/// A cache folder, which may be filled.
pub(super) struct Cache {
    folder: PathBuf,
    /// The file that names the build of the contents; it is written last.
    label: PathBuf,
    /// The contents of that file for the current build.
    build: String,
}

impl Cache {
    /// The cache at `folder`, for the build that made these artifacts.
    pub(super) fn of(artifacts: &[PathBuf], folder: PathBuf) -> Self {
        let made: BTreeSet<String> = artifacts
            .iter()
            .map(|path| {
                let modified = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
                format!("{} {modified:?}\n", path.display())
            })
            .collect();
        let label = folder.with_added_extension("build");
        Self { folder, label, build: made.into_iter().collect() }
    }

    /// The folder, if it is filled for the current build.
    pub(super) fn filled(&self) -> Option<&Path> {
        let label = fs::read_to_string(&self.label).ok()?;
        (label == self.build && self.folder.is_dir()).then_some(&self.folder)
    }

    /// Fills the cache with a copy of `original`.
    ///
    /// # Errors
    /// When that cannot be copied, or what was there cannot be removed.
    pub(super) fn fill(&self, original: &Path) -> Result<(), WorkspaceError> {
        unless_missing(fs::remove_file(&self.label), &self.label)?;
        unless_missing(fs::remove_dir_all(&self.folder), &self.folder)?;
        for file in workspace::files(original)? {
            workspace::copy(&original.join(&file), &self.folder.join(&file))?;
        }
        workspace::write(&self.label, self.build.as_bytes())
    }
}

/// The result of removing what need not be there.
pub(super) fn unless_missing(removed: io::Result<()>, path: &Path) -> Result<(), WorkspaceError> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(WorkspaceError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs::File, time::SystemTime};

    use super::*;

    #[test]
    fn it_is_filled_for_one_build_only() {
        let (folder, original) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let library = folder.path().join("library");
        fs::write(&library, "").unwrap();
        fs::create_dir(original.path().join("session")).unwrap();
        fs::write(original.path().join("session/unit"), "compiled").unwrap();
        let cache = || Cache::of(std::slice::from_ref(&library), folder.path().join("cache"));
        assert_eq!(cache().filled(), None);
        cache().fill(original.path()).unwrap();
        let unit = cache().filled().unwrap().join("session/unit");
        assert_eq!(fs::read_to_string(unit).unwrap(), "compiled");
        let cached = cache().filled().unwrap().to_owned();
        let moved = folder.path().join("moved");
        fs::rename(&cached, &moved).unwrap();
        assert_eq!(cache().filled(), None);
        fs::rename(&moved, &cached).unwrap();
        assert_eq!(cache().filled(), Some(&*cached));
        File::open(&library).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(cache().filled(), None);
    }
}
