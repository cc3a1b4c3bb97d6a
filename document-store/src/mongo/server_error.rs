//! Turns errors of the server and the driver into advice.

use mongodb::error::{Error, ErrorKind};

use super::{MongodbUri, StoreError};

/// The server's error codes (`error_codes.yml`) that need advice.
const UNAUTHORIZED: i32 = 13;
const AUTHENTICATION_FAILED: i32 = 18;
const OUT_OF_DISK_SPACE: i32 = 14031;
pub(super) const DUPLICATE_KEY: i32 = 11000;

/// Error codes of transient errors: the server goes down, is not the primary any more, or does not
/// reach the primary. The list is that of the drivers' specification of retryable writes.
const TRANSIENT_CODES: &[i32] = &[
    6,     // HostUnreachable
    7,     // HostNotFound
    89,    // NetworkTimeout
    91,    // ShutdownInProgress
    189,   // PrimarySteppedDown
    262,   // ExceededTimeLimit
    9001,  // SocketException
    10058, // LegacyNotPrimary
    10107, // NotWritablePrimary
    11600, // InterruptedAtShutdown
    11602, // InterruptedDueToReplStateChange
    13435, // NotPrimaryNoSecondaryOk
    13436, // NotPrimaryOrSecondary
];

/// Whether the error is transient.
pub(super) fn is_transient(error: &Error) -> bool {
    match &*error.kind {
        ErrorKind::Io(_)
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::ServerSelection { .. } => true,
        ErrorKind::Command(command) => is_transient_code(command.code),
        _ => false,
    }
}

pub(super) fn is_transient_code(code: i32) -> bool {
    TRANSIENT_CODES.contains(&code)
}

impl StoreError {
    /// The error for a request that failed as a whole.
    pub(super) fn of_mongodb(attempt: &'static str, uri: &MongodbUri, error: &Error) -> Self {
        let location = uri.to_string();
        let reason = uri.scrub(&error.kind.to_string());
        match &*error.kind {
            ErrorKind::Authentication { .. } => Self::NotAllowed { location, reason },
            ErrorKind::Io(_)
            | ErrorKind::ConnectionPoolCleared { .. }
            | ErrorKind::DnsResolve { .. }
            | ErrorKind::InvalidTlsConfig { .. }
            | ErrorKind::ServerSelection { .. } => Self::CannotReach { location, reason },
            ErrorKind::InvalidArgument { .. } => Self::BadUri { reason },
            ErrorKind::Command(command) => Self::of_code(attempt, location, command.code, reason),
            _ => Self::Failed { attempt, location, reason },
        }
    }

    /// The error for a code of the server.
    pub(super) fn of_code(
        attempt: &'static str,
        location: String,
        code: i32,
        reason: String,
    ) -> Self {
        match code {
            UNAUTHORIZED | AUTHENTICATION_FAILED => Self::NotAllowed { location, reason },
            OUT_OF_DISK_SPACE => Self::DiskFull { location, reason },
            code if is_transient_code(code) => Self::CannotReach { location, reason },
            _ => Self::Failed { attempt, location, reason },
        }
    }
}
