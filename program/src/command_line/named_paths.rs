//! Checks paths that a user names before any work: a file where a folder is needed is wrong use.

use std::{fs, path::Path};

use super::UsageError;

/// Checks that there is a folder whose entries can be read.
///
/// # Errors
/// When there is none, or it cannot be read; the text names it.
pub fn check_folder(path: &Path) -> Result<(), UsageError> {
    let read = fs::read_dir(path);
    read.map(drop).map_err(|error| UsageError(format!("cannot read {}: {error}", path.display())))
}

/// Checks that there is a folder, or that nothing is in the way of a new one.
///
/// # Errors
/// When there is a file, or a link that leads nowhere, at the path or above it; the text names it.
pub fn check_folder_to_write(path: &Path) -> Result<(), UsageError> {
    match path.ancestors().find(|ancestor| ancestor.symlink_metadata().is_ok()) {
        Some(ancestor) if !ancestor.is_dir() => Err(UsageError(format!(
            "cannot write into {}: {} is no folder; name another one",
            path.display(),
            ancestor.display()
        ))),
        _ => Ok(()),
    }
}

/// Checks that a file can be at this path: no folder has the path, and no file has that of its folder.
///
/// # Errors
/// When it cannot; the text names the obstacle.
pub fn check_file_to_write(path: &Path) -> Result<(), UsageError> {
    if path.is_dir() {
        let path = path.display();
        return Err(UsageError(format!("cannot write {path}: it is a folder; name a file in it")));
    }
    path.parent().map_or(Ok(()), check_folder_to_write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "").unwrap();
        for free in ["", "new", "new/er", "../new"] {
            check_folder_to_write(&path(free)).unwrap();
        }
        for free in ["new", "file", "new/er"] {
            check_file_to_write(&path(free)).unwrap();
        }
        check_folder(folder.path()).unwrap();
        check_folder_to_write(Path::new("no-such-folder")).unwrap();
        check_file_to_write(Path::new("no-such-file")).unwrap();

        let check = |refused: Result<(), UsageError>, expected: &str| {
            let UsageError(message) = refused.expect_err(expected);
            assert!(message.starts_with("cannot ") && message.contains(expected), "{message}");
        };
        check(check_folder(&path("new")), "new: No such file");
        check(check_folder(&path("file")), "file: Not a directory");
        check(check_folder_to_write(&path("file")), "file is no folder");
        std::os::unix::fs::symlink(path("nowhere"), path("link")).unwrap();
        check(check_folder_to_write(&path("link")), "link is no folder");
        check(check_folder_to_write(&path("file/new/er")), "file is no folder");
        check(check_file_to_write(&path("file/new")), "file is no folder");
        check(check_file_to_write(folder.path()), "name a file in it");
    }
}
