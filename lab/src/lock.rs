//! File locks between graders on one machine, in a folder that only this user can enter.

use std::{
    env,
    fs::{self, DirBuilder, File, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use nix::{fcntl::OFlag, unistd::Uid};

/// The name of the lock folder.
const FOLDER: &str = "concurrency-lab";

/// The mode of the folder: only its owner may read, change or enter it.
const PRIVATE: u32 = 0o700;

/// The lock folder that all graders of this user share. It is made if it is not there.
///
/// # Errors
/// When it cannot be made, or belongs to another user, or is open to other users.
pub fn folder() -> io::Result<PathBuf> {
    let parent = parent(Uid::effective().is_root(), |name| env::var_os(name).map(PathBuf::from));
    let folder =
        parent.ok_or_else(|| io::Error::other("set HOME to your home folder"))?.join(FOLDER);
    private_folder(&folder)?;
    Ok(folder)
}

/// The parent of the lock folder. No other user can write to it.
fn parent(is_root: bool, variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let run = PathBuf::from("/run");
    if is_root && run.is_dir() {
        return Some(run);
    }
    let is_set = |path: &PathBuf| path.is_absolute();
    variable("XDG_RUNTIME_DIR").filter(is_set).or_else(|| {
        let cache = variable("XDG_CACHE_HOME").filter(is_set);
        cache.or_else(|| Some(variable("HOME").filter(is_set)?.join(".cache")))
    })
}

/// Makes a folder that only this user can enter, or checks that it is one.
///
/// # Errors
/// When it cannot be made, or is a link, or belongs to another user, or is open to other users.
pub fn private_folder(path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    match DirBuilder::new().mode(PRIVATE).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    let found = fs::symlink_metadata(path)?;
    let is_private = found.is_dir()
        && found.uid() == Uid::effective().as_raw()
        && found.mode() & 0o777 == PRIVATE;
    if is_private {
        return Ok(());
    }
    let reason =
        format!("{} is not a folder of yours that only you can enter: remove it", path.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, reason))
}

/// Locks a file for as long as the returned value lives. It is made if it is not there. None if
/// another process has locked it.
///
/// # Errors
/// When the file cannot be opened, or is a link, or this system locks none.
pub fn take(path: &Path) -> io::Result<Option<File>> {
    let mut options = File::options();
    options.create(true).append(true).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits());
    let file = options.open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn one_at_a_time_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = take(&path).unwrap();
        assert!(first.is_some() && take(&path).unwrap().is_none());
        drop(first);
        assert!(take(&path).unwrap().is_some());
    }

    #[test]
    fn no_lock_is_taken_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        symlink(&file, &link).unwrap();
        take(&link).unwrap_err();
        assert!(!file.exists());
    }

    #[test]
    fn a_private_folder_is_ours_and_open_to_no_one_else() {
        let outside = tempfile::tempdir().unwrap();
        let folder = outside.path().join("new/locks");
        private_folder(&folder).unwrap();
        private_folder(&folder).unwrap();
        let link = outside.path().join("link");
        symlink(&folder, &link).unwrap();
        private_folder(&link).unwrap_err();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let error = private_folder(&folder).unwrap_err();
        assert!(error.to_string().contains("only you can enter"), "{error}");
    }

    #[test]
    fn locks_are_where_no_other_user_can_write() {
        let variable = |name: &str| Some(PathBuf::from("/ada").join(name));
        let ordinary = parent(false, variable);
        assert_eq!(ordinary, Some(PathBuf::from("/ada/XDG_RUNTIME_DIR")));
        let only_home = |name: &str| (name == "HOME").then(|| PathBuf::from("/ada"));
        assert_eq!(parent(false, only_home), Some(PathBuf::from("/ada/.cache")));
        assert_eq!(parent(false, |_| None), None);
        assert_eq!(parent(false, |_| Some(PathBuf::from("relative"))), None);
    }
}
