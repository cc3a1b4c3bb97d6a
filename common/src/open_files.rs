//! The limit on open files: every socket and every pipe is one.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the limit to the highest that this process may set.
///
/// Shells start programs with 1 024 or even 256, which a thousand connections exceed. Where the
/// limit cannot be raised, the work that needs more says so itself.
pub fn raise_limit() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
    {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}
