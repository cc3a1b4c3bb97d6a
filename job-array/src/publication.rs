//! Files that get their name only when they are whole, and never take it from another valid file.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    process,
};

use interrupt::Cleanup;

/// The most attempts to find a free name, or to replace an invalid file. Only other runs of the same
/// shard make one fail.
const ATTEMPTS_MAX: u32 = 100;

/// The verdict on a file that has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It says the same as the draft.
    Equal,
    /// It is valid, and says something else.
    Different,
    /// It is damaged or does not belong there: it is replaced.
    Invalid,
}

/// The outcome of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publication {
    /// It has the name now.
    New,
    /// An equal file was there first.
    WasThere,
    /// A valid file that says something else was there first, and stays.
    Conflict,
}

/// A file without a name of its own yet. Dropping it removes it, and so does a signal if the process
/// [cleans up](interrupt::end_process_after_cleanups).
#[derive(Debug)]
pub struct Draft {
    target: PathBuf,
    path: PathBuf,
    file: File,
    _cleanup: Cleanup,
}

impl Draft {
    /// Begins the draft of a file, in the same folder.
    ///
    /// Runs on several machines may have the same process id, so the kernel decides whether a name is
    /// free.
    ///
    /// # Errors
    /// When the system cannot create it.
    pub fn create(target: &Path) -> io::Result<Self> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        for attempt in 0..ATTEMPTS_MAX {
            let path = target.with_file_name(format!(".{name}.{}-{attempt}", process::id()));
            let created = Cleanup::after(|| {
                let file = File::create_new(&path)?;
                let path = path.clone();
                let remove = move || drop(fs::remove_file(path));
                Ok((file, remove))
            });
            match created {
                Ok((file, cleanup)) => {
                    return Ok(Self { target: target.to_owned(), path, file, _cleanup: cleanup });
                }
                Err(error) if is_taken(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("too many drafts are left: remove those of runs that have ended"))
    }

    /// Writes the draft to the disk.
    ///
    /// # Errors
    /// When the system cannot, as on a full disk.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Gives the draft its name, and replaces the file that has it.
    ///
    /// # Errors
    /// When the system fails.
    pub fn replace(mut self) -> io::Result<()> {
        fs::rename(&self.path, &self.target)?;
        // Dropping it must not remove the draft of another run that has got this name since.
        self.path = PathBuf::new();
        Ok(())
    }

    /// Gives the synced draft its name. If a file has it already, `judge` says what that file is.
    ///
    /// # Errors
    /// When the system fails, or that file cannot be judged.
    pub fn publish(self, judge: impl Fn(&Path) -> io::Result<Standing>) -> io::Result<Publication> {
        let Self { target, path, .. } = &self;
        for _ in 0..ATTEMPTS_MAX {
            match fs::hard_link(path, target) {
                Ok(()) => return sync_folder_of(target).map(|()| Publication::New),
                Err(error) if is_taken(&error) => {}
                Err(error) => return Err(error),
            }
            match judge(target)? {
                // Another run may have ended before it synced the name.
                Standing::Equal => {
                    return sync_folder_of(target).map(|()| Publication::WasThere);
                }
                Standing::Different => return Ok(Publication::Conflict),
                Standing::Invalid => set_aside(target, &judge)?,
            }
        }
        Err(io::Error::other("other runs replace it again and again"))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // a draft that stays does no harm: no program reads it
    }
}

/// Takes an invalid file away from its name.
///
/// Between the verdict and the move, another run may have put a valid file there: that one goes back.
pub(crate) fn set_aside(
    target: &Path,
    judge: impl Fn(&Path) -> io::Result<Standing>,
) -> io::Result<()> {
    let aside = Draft::create(target)?;
    match fs::rename(target, &aside.path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        moved => moved?,
    }
    // A file that cannot be judged goes back, too.
    if matches!(judge(&aside.path), Ok(Standing::Invalid)) {
        return Ok(());
    }
    match fs::hard_link(&aside.path, target) {
        Err(error) if !is_taken(&error) => Err(error),
        _ => Ok(()),
    }
}

fn is_taken(error: &io::Error) -> bool {
    error.kind() == ErrorKind::AlreadyExists
}

/// Without this, a crash of the machine may forget the name.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if folder != Path::new("") => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(target: &Path, content: &str) -> Publication {
        let mut draft = Draft::create(target).unwrap();
        draft.write_all(content.as_bytes()).unwrap();
        draft.sync().unwrap();
        draft.publish(|path| Ok(judge(path, content))).unwrap()
    }

    fn judge(path: &Path, content: &str) -> Standing {
        match fs::read_to_string(path).unwrap().as_str() {
            "" => Standing::Invalid,
            there if there == content => Standing::Equal,
            _ => Standing::Different,
        }
    }

    #[test]
    fn the_first_valid_file_keeps_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("7.json");
        fs::write(&target, "").unwrap();
        assert_eq!(publish(&target, "one"), Publication::New, "an invalid file is replaced");
        assert_eq!(publish(&target, "one"), Publication::WasThere);
        assert_eq!(publish(&target, "two"), Publication::Conflict);
        assert_eq!(fs::read_to_string(&target).unwrap(), "one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_valid_file_that_comes_before_the_move_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("7.json");
        fs::write(&target, "valid").unwrap();
        set_aside(&target, |path| Ok(judge(path, "valid"))).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "valid");
    }

    #[test]
    fn drafts_of_two_runs_have_two_names() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("7.json");
        let drafts = [(); 3].map(|()| Draft::create(&target).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), drafts.len());
    }
}
