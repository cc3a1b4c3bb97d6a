//! Detects unimplemented exercises: a `todo!` of the handout becomes a message instead of a panic.

use std::{
    any::Any,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use report::Unwritten;

/// The beginning of the message of a `todo!` with a hint.
const TODO: &str = "not yet implemented: ";

/// Set when panics of a `todo!` print nothing any more.
static QUIET: Once = Once::new();

/// Calls `work`. If that reaches a `todo!` with a hint, returns the hint as an error.
///
/// Other panics continue. From the first call on, a `todo!` with a hint prints nothing in this
/// process.
///
/// ```
/// use program::exercise;
///
/// let unwritten = exercise::attempt("parallel", || todo!("call `work` on threads")).unwrap_err();
/// assert_eq!(unwritten.hint, "call `work` on threads");
/// assert_eq!(exercise::attempt("sequential", || 2 + 2), Ok(4));
/// ```
///
/// # Errors
/// When `work` reaches a `todo!`.
pub fn attempt<Output>(
    variant: &'static str,
    work: impl FnOnce() -> Output,
) -> Result<Output, Unwritten> {
    QUIET.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if hint_of(panic.payload()).is_none() {
                tell(panic);
            }
        }));
    });
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    result.map_err(|cause| match hint_of(cause.as_ref()) {
        Some(hint) => Unwritten { variant, hint: hint.to_owned() },
        None => panic::resume_unwind(cause),
    })
}

/// The hint of a panic, if it is a `todo!` with one.
fn hint_of(cause: &dyn Any) -> Option<&str> {
    let message = match cause.downcast_ref::<String>() {
        Some(message) => message,
        None => *cause.downcast_ref::<&str>()?,
    };
    message.strip_prefix(TODO)
}
