//! Faults that end a connection in the middle of an answer.

/// A fault, passed through the HTTP library as an error, so that it drops the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ConnectionFault {
    /// The client sees a reset.
    #[error("the connection is reset, as configured")]
    Reset,
    /// The client sees the end of the connection instead of an answer.
    #[error("the connection is closed, as configured")]
    HangUp,
    /// The client sees the end of the connection within the body.
    #[error("the body is cut short, as configured")]
    Cut,
}
