//! Opens the SQLite file, for several writing processes or for reading.

use std::{
    fs::{self, File},
    io::{self, Read},
    os::unix::{ffi::OsStrExt, fs::MetadataExt},
    path::{Path, PathBuf, absolute},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use super::cause::{self, Cause};

/// The timeout of a wait for other writers.
const LOCK_TIMEOUT: Duration = Duration::from_secs(30);

/// The timeout of a reader; with a write-ahead log, writers do not block readers.
const READ_TIMEOUT: Duration = Duration::from_secs(1);

/// The most attempts to switch a new file to a write-ahead log.
const SWITCHES_MAX: u32 = 100;

/// The identity of an open file.
///
/// SQLite does not notice that a file with a write-ahead log was removed, and goes on writing to it.
pub(super) struct OpenFile {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl OpenFile {
    fn at(path: PathBuf) -> io::Result<Self> {
        let metadata = fs::metadata(&path)?;
        Ok(Self { path, device: metadata.dev(), inode: metadata.ino() })
    }

    /// Whether its path still leads to this file.
    pub(super) fn is_in_place(&self) -> bool {
        let is_it = |found: fs::Metadata| (found.dev(), found.ino()) == (self.device, self.inode);
        fs::metadata(&self.path).is_ok_and(is_it)
    }
}

/// Opens or creates the file for several writing processes.
pub(super) fn to_write(path: &Path) -> Result<(Connection, OpenFile), Cause> {
    // An absolute path is a file's whatever its name: SQLite gives `:memory:` and `file:…` another
    // meaning.
    let path = absolute(path)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let connection = Connection::open(&path)?;
    connection.busy_timeout(LOCK_TIMEOUT)?;
    let mode = switch_to_write_ahead_log(&connection)?;
    if mode != "wal" {
        return Err(Cause::NoWriteAheadLog { mode });
    }
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let file = OpenFile::at(path)?;
    Ok((connection, file))
}

/// Opens the file for reading, without files beside it.
pub(super) fn to_read(path: &Path) -> Result<(Connection, OpenFile), Cause> {
    let path = absolute(path)?;
    let file = OpenFile::at(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Cause::Missing,
        _ => Cause::Folder(error),
    })?;
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = if has_empty_log(&file.path)? {
        Connection::open_with_flags(
            immutable_uri(&file.path),
            read_only | OpenFlags::SQLITE_OPEN_URI,
        )
    } else {
        Connection::open_with_flags(&file.path, read_only)
    }?;
    connection.busy_timeout(READ_TIMEOUT)?;
    Ok((connection, file))
}

/// Whether the file uses a write-ahead log that is empty.
///
/// To read such a file, SQLite creates two others beside it, which may be forbidden, and leaves
/// them there. It does not if we say that the file does not change. As long as there is no log, no
/// program writes to it.
fn has_empty_log(path: &Path) -> io::Result<bool> {
    // https://www.sqlite.org/fileformat.html#file_format_version_numbers
    const READ_VERSION_AT: usize = 19;
    const WRITE_AHEAD_LOG: u8 = 2;
    let mut header = Vec::with_capacity(READ_VERSION_AT + 1);
    File::open(path)?.take(READ_VERSION_AT as u64 + 1).read_to_end(&mut header)?;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    Ok(header.get(READ_VERSION_AT) == Some(&WRITE_AHEAD_LOG) && !fs::exists(log)?)
}

/// The path as a URI with the option `immutable` (<https://www.sqlite.org/uri.html>).
fn immutable_uri(path: &Path) -> String {
    let encoded = path.as_os_str().as_bytes().iter().map(|&byte| match byte {
        b'/' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    format!("file:{}?immutable=1", encoded.collect::<String>())
}

/// Switches to a write-ahead log; returns the resulting mode.
///
/// A new file is switched by a process that has it alone, and SQLite does not wait for that. To ask
/// for the file alone does wait, so that other processes are done before the next attempt.
fn switch_to_write_ahead_log(connection: &Connection) -> rusqlite::Result<String> {
    let switch = || connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
    for _ in 1..SWITCHES_MAX {
        match switch() {
            Err(error) if cause::is_lock(&error) => {
                connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
            }
            result => return result,
        }
    }
    switch()
}
