//! The message of an error with all its causes.

use std::{error::Error, iter};

/// An error and its causes, the error first.
pub fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&cause| cause.source())
}

/// An error with its causes, in one line.
///
/// ```
/// use std::io;
/// use message::error_causes::with_causes;
///
/// assert_eq!(with_causes(&io::Error::other("no room")), "no room");
/// ```
pub fn with_causes(error: &(dyn Error + 'static)) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
