//! What several graders on a machine have to take turns at: a file that one of them has locked.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

/// Locks a file, and creates it if it is not there, for as long as what is returned is kept; none if
/// somebody else has it.
///
/// # Errors
/// When the file cannot be opened, or this system locks none.
pub fn take(path: &Path) -> io::Result<Option<File>> {
    let file = File::options().create(true).append(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
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
}
