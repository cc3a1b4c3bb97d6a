//! The status of a worker that has ended, which the kernel discards where SIGCHLD is ignored.

use std::{io, process, sync::Arc};

use nix::sys::signal::Signal;
use signal_hook::flag;

/// From now on, the kernel keeps the status and the CPU time of each child until it is waited for,
/// also if this program was started with SIGCHLD ignored, which makes the kernel discard both.
///
/// # Errors
/// When the system does not let us handle signals.
pub(crate) fn keep() -> io::Result<()> {
    if interrupt::is_ignored_by(process::id(), Signal::SIGCHLD) {
        flag::register(Signal::SIGCHLD as i32, Arc::default())?;
    }
    Ok(())
}
