//! Turns errors of SQLite and the file system into advice.

use std::io;

use rusqlite::{Error, ErrorCode};

use super::StoreError;

/// The cause for which a file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum Cause {
    #[error("the file does not exist")]
    Missing,
    #[error("{0}")]
    Folder(#[from] io::Error),
    #[error("{0}")]
    Database(#[from] Error),
    #[error("SQLite cannot use a write-ahead log there, only the mode {mode:?}")]
    NoWriteAheadLog { mode: String },
}

impl StoreError {
    /// The error for a file that cannot be opened.
    pub(super) fn cannot_open(location: &str, cause: &Cause) -> Self {
        match cause {
            Cause::Missing => Self::Missing { location: location.to_owned() },
            Cause::Database(error) => Self::of_sqlite("open", location, error),
            Cause::Folder(_) | Cause::NoWriteAheadLog { .. } => {
                Self::CannotOpen { location: location.to_owned(), reason: cause.to_string() }
            }
        }
    }

    /// The error for a statement that failed.
    pub(super) fn of_sqlite(attempt: &'static str, location: &str, error: &Error) -> Self {
        let location = location.to_owned();
        let reason = error.to_string();
        match error.sqlite_error_code() {
            Some(
                ErrorCode::CannotOpen
                | ErrorCode::NotADatabase
                | ErrorCode::PermissionDenied
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::CannotOpen { location, reason },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Locked { location, reason }
            }
            Some(ErrorCode::DiskFull) => Self::DiskFull { location, reason },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { location, reason },
            _ => Self::Failed { attempt, location, reason },
        }
    }
}

/// Whether another program holds the lock.
pub(super) fn is_lock(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn each_failure_says_what_to_do() {
        let check = |code, expected: &str| {
            let error = Error::SqliteFailure(ffi::Error::new(code), None);
            let message = StoreError::of_sqlite("write to", "sqlite:a.db", &error).to_string();
            assert!(message.starts_with(expected), "{message}");
        };
        check(ffi::SQLITE_FULL, "the disk of sqlite:a.db is full: make room");
        check(ffi::SQLITE_READONLY_DIRECTORY, "sqlite:a.db is read-only: allow this program");
        check(ffi::SQLITE_BUSY_SNAPSHOT, "sqlite:a.db is locked by another program: end that");
        check(ffi::SQLITE_NOTADB, "cannot open sqlite:a.db: ");
        check(ffi::SQLITE_CANTOPEN, "cannot open sqlite:a.db: ");
        check(ffi::SQLITE_CORRUPT, "cannot write to sqlite:a.db: ");
    }
}
