//! Keeps the exit status of workers, which the kernel discards where SIGCHLD is ignored.

use std::{io, process, sync::Arc};

use nix::sys::signal::Signal;
use signal_hook::flag;

/// Lets the kernel keep the status and the CPU time of children, even if SIGCHLD was ignored at the
/// start.
///
/// # Errors
/// When the system does not let us handle signals.
pub(crate) fn keep() -> io::Result<()> {
    if interrupt::is_ignored_by(process::id(), Signal::SIGCHLD) {
        flag::register(Signal::SIGCHLD as i32, Arc::default())?;
    }
    Ok(())
}
