//! The limit on the size of files (`ulimit -f`), which ends a process without a word by default.

use std::{io, sync::Arc};

use nix::sys::signal::Signal;
use signal_hook::flag;

/// From now on, a write beyond the limit on the size of files is an error, which a report can name;
/// by default, SIGXFSZ ends the process without a word.
///
/// # Errors
/// When the system does not let us handle signals.
pub fn survive_file_size_limit() -> io::Result<()> {
    flag::register(Signal::SIGXFSZ as i32, Arc::default())?;
    Ok(())
}
