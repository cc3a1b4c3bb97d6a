//! What ends a connection on purpose, in the middle of an answer.

/// Passed through the HTTP library as an error, which makes it let go of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ConnectionFault {
    /// The client is to see a reset.
    #[error("the connection is reset, as was asked for")]
    Reset,
    /// The client is to see an end instead of an answer.
    #[error("the connection is closed, as was asked for")]
    HangUp,
    /// The client is to see an end that comes too early.
    #[error("the body is cut short, as was asked for")]
    Cut,
}
