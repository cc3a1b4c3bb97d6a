//! Ids of threads: the calling thread's, and those of a process according to the kernel (proc(5), Linux
//! only).

use std::{collections::BTreeSet, fs, path::Path};

/// How often a list is read if it may be incomplete.
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
/// anew from the first thread, and leaves out as many threads as have ended. So the list is read again
/// until it is complete.
pub fn ids(pid: u32) -> Vec<u32> {
    let folder = format!("/proc/{pid}/task");
    let exists = |id: &u32| Path::new(&format!("{folder}/{id}")).exists();
    first_complete(|| {
        let before = count(pid);
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let ids: Vec<u32> =
            entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
        let after = count(pid);
        let all_exist = ids.iter().all(exists);
        Reading { before, ids, after, all_exist }
    })
}

/// A list of threads, and what the kernel said before and after.
struct Reading {
    before: usize,
    ids: Vec<u32>,
    after: usize,
    all_exist: bool,
}

impl Reading {
    /// Whether no thread is missing.
    ///
    /// The list can be too short only if threads have ended. If as many others have started, the numbers
    /// before and after are the same. But then the list is shorter, or it has a thread that has ended.
    fn is_complete(&self) -> bool {
        self.before == self.ids.len() && self.after == self.ids.len() && self.all_exist
    }
}

/// The first complete list; after many attempts, the threads of all lists.
fn first_complete(read: impl Fn() -> Reading) -> Vec<u32> {
    let mut found = BTreeSet::new();
    for _ in 0..ATTEMPTS {
        let reading = read();
        if reading.is_complete() {
            return reading.ids;
        }
        found.extend(reading.ids);
    }
    found.into_iter().collect()
}

/// How many threads a process has; 0 where there is no such process, or no `/proc`.
pub fn count(pid: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let count = status.lines().find_map(|line| line.strip_prefix("Threads:"));
    count.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        process,
    };

    use super::*;

    #[test]
    fn a_list_that_may_lack_a_thread_is_read_again() {
        let reading = |before, ids: &[u32], after, all_exist| {
            Some(Reading { before, ids: ids.to_vec(), after, all_exist })
        };
        let lists = [
            reading(3, &[1, 2], 3, true),
            reading(3, &[1, 2], 2, true),
            reading(2, &[1, 4], 3, true),
            reading(3, &[1, 2, 9], 3, false),
            reading(3, &[1, 2, 4], 3, true),
            reading(1, &[1], 1, true),
        ];
        let lists = RefCell::new(lists.into_iter());
        let read = || lists.borrow_mut().next().flatten().unwrap();
        assert_eq!(first_complete(read), [1, 2, 4]);
        let last = Cell::new(1);
        let read = || reading(2, &[1, last.replace(last.get() % 2 + 1)], 1, false).unwrap();
        assert_eq!(first_complete(read), [1, 2], "it ends, and has all that were listed");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_kernel_lists_the_threads_of_this_process() {
        let this = process::id();
        assert!(ids(this).contains(&this) && count(this) >= 1);
        assert_eq!((ids(0), count(0)), (vec![], 0), "there is no such process");
    }
}
