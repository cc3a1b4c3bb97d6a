//! Files that are written as a whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
    process,
};

/// Writes a file that gets its name only when it is complete.
///
/// Until then it is a hidden file in the same folder. If the disk is full, or a signal ends the
/// process, the former file stays. Links are followed. A path that is not a regular file, such as a
/// pipe, is written to directly.
///
/// # Errors
/// When the file cannot be written.
pub fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let former = place.metadata().ok();
    if former.as_ref().is_some_and(|former| !former.is_file()) {
        return fs::write(&place, content);
    }
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let draft = place.with_file_name(format!(".{name}.{}", process::id()));
    let written = (|| {
        let mut file = File::create(&draft)?;
        if let Some(former) = former {
            file.set_permissions(former.permissions())?;
        }
        file.write_all(content)?;
        fs::rename(&draft, &place)
    })();
    written.inspect_err(|_| {
        let _ = fs::remove_file(&draft); // the first error is the one to report
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_is_replaced_with_its_permissions_wherever_links_lead() {
        let folder = tempfile::tempdir().unwrap();
        let [path, link] = ["file", "link"].map(|name| folder.path().join(name));
        write_whole(&path, b"one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&path, &link).unwrap();
        write_whole(&link, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(link.is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside it");
    }

    #[test]
    fn a_write_that_fails_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::create_dir(&path).unwrap();
        write_whole(&path, b"text").unwrap_err();
        write_whole(&folder.path().join("nowhere/file"), b"text").unwrap_err();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_path_that_is_not_a_regular_file_is_not_replaced() {
        write_whole(Path::new("/dev/null"), b"text").unwrap();
        assert!(!Path::new("/dev/null").metadata().unwrap().is_file());
    }
}
