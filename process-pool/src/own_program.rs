//! Starts the running program as its own worker, even after a rebuild has replaced its file.

#[cfg(target_os = "linux")]
use std::ffi::CString;
use std::os::unix::process::CommandExt;
use std::{env, io, path::PathBuf, process::Command};

/// The running program's file on Linux, wherever its path leads by now.
const OWN_FILE: &str = "/proc/self/exe";

/// The path by which a pool starts this program as a worker.
///
/// On Linux, a rebuild meanwhile changes nothing: workers run the same file as this process. The
/// pool and [`serve`](crate::serve) give them its usual name, so that `ps` shows that.
///
/// # Errors
/// When the system does not say which program this is.
pub fn this_program() -> io::Result<PathBuf> {
    let path = env::current_exe()?;
    Ok(if cfg!(target_os = "linux") { OWN_FILE.into() } else { path })
}

/// The pool's side: gives workers of the same program its name, which `ps aux` shows.
pub(crate) fn keep_name(command: &mut Command) {
    if command.get_program() == OWN_FILE
        && let Some(name) = env::args_os().next()
    {
        command.arg0(name);
    }
}

/// The worker's side: restores the process name, which `ps -C`, `pgrep` and `top` show. This gives
/// it the name of its program.
pub(crate) fn restore_name() {
    #[cfg(target_os = "linux")]
    {
        use nix::sys::prctl;

        if prctl::get_name().is_ok_and(|name| name.as_c_str() == c"exe")
            && let Some(name) = own_name()
        {
            let _ = prctl::set_name(&name);
        }
    }
}

/// The name of the running program's file, without Linux's mark of a removed file.
#[cfg(target_os = "linux")]
fn own_name() -> Option<CString> {
    let path = env::current_exe().ok()?;
    let name = path.file_name()?.to_str()?;
    CString::new(name.strip_suffix(" (deleted)").unwrap_or(name)).ok()
}
