//! The limit on open files: every socket and every pipe is one.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the limit to the highest that this process may set, and returns it.
///
/// Shells start programs with 1 024 or even 256, which a thousand connections exceed. Processes
/// that this one starts inherit the limit.
pub fn raise_limit() -> usize {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return usize::MAX };
    let is_raised = soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    usize::try_from(if is_raised { hard } else { soft }).unwrap_or(usize::MAX)
}
