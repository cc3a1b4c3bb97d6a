//! The limit on the size of files (`ulimit -f`), which by default kills a process without a message.

use std::{io, sync::Arc};

use nix::sys::signal::Signal;
use signal_hook::flag;

/// Turns a write beyond the limit on the size of files into an error that can be reported. By
/// default, SIGXFSZ kills the process without a message.
///
/// # Errors
/// When the system does not let us handle signals.
pub fn survive_file_size_limit() -> io::Result<()> {
    flag::register(Signal::SIGXFSZ as i32, Arc::default())?;
    Ok(())
}
