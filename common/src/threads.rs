//! Ids of threads: the calling thread's, and those of a process according to the kernel (proc(5), Linux
//! only).

use std::fs;

/// How often a list is asked for that comes out too short.
const ATTEMPTS: usize = 100;

thread_local! {
    static CURRENT_ID: u32 = new_id();
}

/// The id of the calling thread, as `ps -T` shows it (SPID).
///
/// Where the system has no such ids, it is a number that no other thread of this process gets. In either
/// case, the main thread's is the PID.
pub fn current_id() -> u32 {
    CURRENT_ID.with(|id| *id)
}

#[cfg(target_os = "linux")]
fn new_id() -> u32 {
    nix::unistd::gettid().as_raw().cast_unsigned()
}

#[cfg(not(target_os = "linux"))]
fn new_id() -> u32 {
    use std::{
        process,
        sync::atomic::{AtomicU32, Ordering::Relaxed},
        thread,
    };

    static STARTED: AtomicU32 = AtomicU32::new(0);
    match thread::current().name() {
        Some("main") => process::id(),
        _ => process::id().wrapping_add(STARTED.fetch_add(1, Relaxed) + 1),
    }
}

/// The ids of all threads of a process; empty if there is no such process, or no `/proc`.
///
/// The kernel lists one thread after another. If the current one ends at that time, the kernel counts
/// anew from the first thread. Then it leaves out as many threads as have ended. So a list is read again
/// if it is shorter than the number of threads that the kernel gave before.
pub fn ids(pid: u32) -> Vec<u32> {
    let list = || {
        let entries = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
    };
    whole(|| count(pid), list)
}

/// The first list that is as long as the count before it; after many attempts, the last list.
fn whole(count: impl Fn() -> usize, list: impl Fn() -> Vec<u32>) -> Vec<u32> {
    let mut found = Vec::new();
    for _ in 0..ATTEMPTS {
        let least = count();
        found = list();
        if found.len() >= least {
            break;
        }
    }
    found
}

/// How many threads a process has; 0 where there is no such process, or no `/proc`.
pub fn count(pid: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let count = status.lines().find_map(|line| line.strip_prefix("Threads:"));
    count.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_list_that_is_too_short_is_asked_for_again() {
        let lists = [vec![1, 2], vec![1, 4], vec![1, 2, 4], vec![1]].map(Some).map(Cell::new);
        let asked = Cell::new(0);
        let list = || {
            asked.update(|asked| asked + 1);
            lists[asked.get() - 1].take().unwrap()
        };
        assert_eq!(whole(|| 3, list), [1, 2, 4]);
        assert_eq!(whole(|| 9, || vec![1]), [1], "it ends");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_kernel_lists_the_threads_of_this_process() {
        let this = std::process::id();
        assert!(ids(this).contains(&this) && count(this) >= 1);
        assert_eq!((ids(0), count(0)), (vec![], 0), "there is no such process");
    }
}
