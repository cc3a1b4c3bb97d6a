//! The files of a submission, which only its user can read.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
};

use super::{Access, Sandbox, SandboxError};
use crate::limits::Isolation;

/// The parent of the submission's own folders inside namespaces, the same in every sandbox.
const PLACE: &str = "/lab";

impl Sandbox {
    /// Writes a file for the submission, at a path below its folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, path: &Path, contents: &[u8]) -> Result<(), SandboxError> {
        let mut folder = self.folder().to_owned();
        for name in path.parent().into_iter().flatten() {
            folder.push(name);
            if !folder.is_dir() {
                fs::create_dir(&folder).map_err(SandboxError::io("make a folder for sources"))?;
                self.share(&folder, 0o750)?;
            }
        }
        let file = self.folder().join(path);
        fs::write(&file, contents).map_err(SandboxError::io("write a source"))?;
        self.share(&file, 0o640)
    }

    /// Makes a folder below the submission's own that it can write to.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open_for_writing(&self, name: &str) -> Result<(), SandboxError> {
        let folder = self.folder().join(name);
        fs::create_dir(&folder).map_err(SandboxError::io("make a folder for a compiler"))?;
        self.share(&folder, 0o770)
    }

    /// Shows a folder below the submission's own; returns its path inside the sandbox.
    pub fn show_own(&self, name: &str, access: Access) -> PathBuf {
        let folder = self.folder().join(name);
        let place = match self.limits.isolation {
            Isolation::Namespaces => Path::new(PLACE).join(name),
            Isolation::Limits => folder.clone(),
        };
        self.show(&folder, &place, access);
        place
    }

    /// Opens a file or folder to the submission's user, by its group, and to no other user. The
    /// grader's user stays its owner.
    pub(crate) fn share(&self, path: &Path, mode: u32) -> Result<(), SandboxError> {
        let group = self.user.as_ref().map(|user| user.id);
        chown(path, None, group)
            .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(mode)))
            .map_err(SandboxError::io("give a submission access to a file"))
    }
}
