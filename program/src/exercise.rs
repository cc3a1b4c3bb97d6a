//! What is still to be written: the handout's `todo!`, named in a sentence instead of as a crash.

use std::{
    any::Any,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use report::Unwritten;

/// What the message of a `todo!` with a hint begins with.
const TODO: &str = "not yet implemented: ";

/// Set once the process keeps quiet about what is still to be written.
static QUIET: Once = Once::new();

/// Does `work`; if it comes to a `todo!` with a hint, returns that instead.
///
/// Every other panic goes on. From the first call on, a `todo!` with a hint prints nothing in this
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
/// When there is something to be written.
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

/// What a panic leaves to be done, if it is a `todo!` with a hint.
fn hint_of(cause: &dyn Any) -> Option<&str> {
    let message = match cause.downcast_ref::<String>() {
        Some(message) => message,
        None => *cause.downcast_ref::<&str>()?,
    };
    message.strip_prefix(TODO)
}
