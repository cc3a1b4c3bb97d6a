//! Limits that the kernel keeps for each process (`setrlimit(2)`), for the warden and all that it
//! starts.

use std::{fs, io, os::unix::fs::MetadataExt};

use common::threads;
use nix::{
    sys::resource::{Resource, setrlimit},
    unistd::Uid,
};

use crate::{kernel, limits::Limits};

/// The address space of a process, as a multiple of the memory limit: threads and allocators
/// reserve more than they use.
const ADDRESS_SPACE_FACTOR: u64 = 10;

/// Sets the limits. The kernel counts the threads of a user, wherever they are: a user of its own has
/// none but those of the submission.
///
/// # Errors
/// When the kernel refuses.
pub(super) fn set(limits: &Limits, is_other_user: bool) -> io::Result<()> {
    let cpu_seconds = limits.cpu.as_secs().max(1);
    let address_space = limits.memory_bytes.saturating_mul(ADDRESS_SPACE_FACTOR);
    let table = [
        (Resource::RLIMIT_CPU, cpu_seconds, cpu_seconds + 1), // SIGXCPU, then SIGKILL
        (Resource::RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes),
        (Resource::RLIMIT_AS, address_space, address_space),
        (Resource::RLIMIT_CORE, 0, 0), // no file with all that was in memory
    ];
    for (resource, soft, hard) in table {
        setrlimit(resource, soft, hard)?;
    }
    let own = if is_other_user { 0 } else { threads_of_this_user() };
    kernel::limit_threads(limits.threads + own)
}

fn threads_of_this_user() -> u64 {
    let user = Uid::current().as_raw();
    let is_ours = |pid: &u32| {
        fs::metadata(format!("/proc/{pid}")).is_ok_and(|metadata| metadata.uid() == user)
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(is_ours).map(|pid| threads::count(pid) as u64).sum()
}
