//! Ends a worker with its pool's process, even if that is killed or the worker is stopped
//! (SIGSTOP).

use std::{env, os::unix::process::CommandExt, process::Command};

use nix::unistd::{Pid, getpgid, getppid, setpgid};

/// The environment variable in which a pool gives its process id to its workers.
const POOL_PID: &str = "PROCESS_POOL_PID";

/// The pool's side: ties the process that `command` starts to this one.
///
/// Until the process runs its own code, it has a process group of its own. When its parent dies, that
/// group is an orphan, and the kernel ends processes that are stopped when their group becomes one
/// (SIGHUP, SIGCONT).
pub(crate) fn tie(command: &mut Command) {
    command.env(POOL_PID, std::process::id().to_string()).process_group(0);
}

/// The worker's side, as early as possible: ties this process to its parent's death and signals.
///
/// Does nothing in a process that no pool has started. If the pool's process has died just before,
/// the thread that watches stdout ends this process.
pub(crate) fn tie_to_pool() {
    let pool = env::var_os(POOL_PID).and_then(|pid| pid.to_str()?.parse().ok().map(Pid::from_raw));
    let parent = getppid();
    if pool == Some(parent) {
        end_with_parent();
        // It fails only if the parent is gone.
        let _ = getpgid(Some(parent)).and_then(|group| setpgid(Pid::from_raw(0), group));
    }
}

/// Lets the kernel kill this process when its parent dies, where the kernel can do that.
///
/// Only for a pool, since the signal comes when the *thread* ends that started this process; the
/// pool's lives as long as its worker.
pub(crate) fn end_with_parent() {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL);
}
