//! Reads processes, their threads and their memory from `/proc`.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
    time::Duration,
};

use common::threads;

/// The page size that is assumed if it is unknown; only the order of magnitude matters.
const PAGE_BYTES: u64 = 4096;

/// A process at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    /// Its process id.
    pub pid: u32,
    /// The process id of the parent.
    pub parent: u32,
    /// The memory that it has in use.
    pub resident_bytes: u64,
    /// Whether it is a zombie, which waits for its parent to reap it.
    pub is_zombie: bool,
}

/// A process by its id, if there is one.
pub fn process(pid: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field, the name in parentheses, may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let (state, parent) = (fields.next()?, fields.next()?);
    let resident_pages: u64 = fields.nth(19)?.parse().ok()?;
    Some(Process {
        pid,
        parent: parent.parse().ok()?,
        resident_bytes: resident_pages * PAGE_BYTES,
        is_zombie: state == "Z",
    })
}

/// The CPU time of all threads of a process, if known.
pub fn cpu_time(pid: u32) -> Option<Duration> {
    let nanos = threads::ids(pid).into_iter().filter_map(|id| {
        let stat = fs::read_to_string(format!("/proc/{pid}/task/{id}/schedstat")).ok()?;
        stat.split_whitespace().next()?.parse().ok()
    });
    let nanos: Vec<u64> = nanos.collect();
    (!nanos.is_empty()).then(|| Duration::from_nanos(nanos.iter().sum()))
}

/// The activity of all threads of a process and of its descendants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Whether all threads sleep or are dead: none runs, could run, or waits for a disk.
    pub all_asleep: bool,
    /// The number of context switches of each thread, by its id. This grows whenever it runs.
    switches: BTreeMap<u32, u64>,
}

/// The current activity of all threads of a process and of its descendants, if known.
pub fn activity(pid: u32) -> Option<Activity> {
    let mut activity = Activity { all_asleep: true, switches: BTreeMap::new() };
    // The kernel lists the children of each thread. Where it does not, all processes are looked at.
    let lists_children = Path::new("/proc/thread-self/children").exists();
    let mut pids = vec![pid];
    if !lists_children {
        pids.extend(descendants(pid).iter().map(|process| process.pid));
    }
    let mut next = 0;
    while let Some(pid) = pids.get(next).copied() {
        next += 1;
        let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
            // It has just ended, which is no sleep. Where there is no `/proc`, nothing is known.
            fs::metadata("/proc/self/task").ok()?;
            activity.all_asleep = false;
            continue;
        };
        for task in tasks.flatten() {
            let Ok(status) = fs::read_to_string(task.path().join("status")) else {
                activity.all_asleep = false;
                continue;
            };
            let state = status.lines().find_map(|line| line.strip_prefix("State:"));
            let state = state.and_then(|state| state.trim_start().chars().next());
            activity.all_asleep &= matches!(state, Some('S' | 'T' | 't' | 'Z' | 'X' | 'I'));
            let id = task.file_name().to_str().and_then(|name| name.parse().ok())?;
            activity.switches.insert(id, switches(&status));
            if lists_children {
                // The kernel may leave a child out while a sibling is taken off the list. For that, the
                // parent has to run, or the sibling is missing in the next look. So two looks that
                // are equal have seen all children.
                let children = fs::read_to_string(task.path().join("children"));
                let children = children.unwrap_or_default();
                pids.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
            }
        }
    }
    Some(activity)
}

/// Whether the kernel counts context switches. Kernels in user space, such as gVisor, list threads
/// and leave the count at zero.
pub fn switches_are_counted() -> bool {
    let status = fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
    switches(&status) > 0
}

/// The number of context switches of a thread, from its `status` in `/proc`.
fn switches(status: &str) -> u64 {
    let counts = status.lines().filter_map(|line| line.split_once("_ctxt_switches:"));
    counts.filter_map(|(_, count)| count.trim().parse::<u64>().ok()).sum()
}

/// The id of this process in `/proc`. [`std::process::id`] differs in a PID namespace that sees the
/// `/proc` of another one.
pub fn own_pid() -> u32 {
    let own = fs::read_link("/proc/self").ok();
    let own = own.and_then(|own| own.to_str()?.parse().ok());
    own.unwrap_or_else(std::process::id)
}

/// All descendants of a process, without the process itself.
pub fn descendants(ancestor: u32) -> Vec<Process> {
    let mut children: HashMap<u32, Vec<Process>> = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some(process) = pid.and_then(process) {
            children.entry(process.parent).or_default().push(process);
        }
    }
    let mut found: Vec<Process> = children.remove(&ancestor).unwrap_or_default();
    let mut next = 0;
    while let Some(process) = found.get(next) {
        let more = children.remove(&process.pid).unwrap_or_default();
        found.extend(more);
        next += 1;
    }
    found
}

/// The name of a thread, which the kernel cuts after 15 bytes; none if it is not a thread of that
/// process.
pub fn thread_name(pid: u32, thread: u32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{pid}/task/{thread}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// The thread of a process that calls itself `task` in its own PID namespace, as
/// `/proc/thread-self` has it: `PID/task/THREAD`. None if the process has no such thread.
pub fn thread_called(pid: u32, task: &str) -> Option<u32> {
    let (process, thread) = task.split_once("/task/")?;
    let status = |path: String| fs::read_to_string(path).unwrap_or_default();
    if innermost_id(&status(format!("/proc/{pid}/status")))? != process {
        return None;
    }
    let is_it =
        |id: &u32| innermost_id(&status(format!("/proc/{pid}/task/{id}/status"))) == Some(thread);
    threads::ids(pid).into_iter().find(is_it)
}

/// The id of a process or thread in its own PID namespace, from its `status` in `/proc`.
fn innermost_id(status: &str) -> Option<&str> {
    let ids = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
    ids.split_whitespace().last()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_knows_this_process() {
        let own = process(std::process::id()).unwrap();
        assert_eq!(own.pid, std::process::id());
        assert!(own.resident_bytes > 0 && !own.is_zombie);
        assert!(threads::count(own.pid) >= 1);
        assert!(cpu_time(own.pid).unwrap() > Duration::ZERO);
        assert!(descendants(own.parent).iter().any(|process| process.pid == own.pid));
        assert_eq!(thread_name(own.pid, 0), None);
        assert_eq!(own_pid(), own.pid);
    }

    #[test]
    fn a_thread_is_found_by_its_own_name_for_itself() {
        let task = fs::read_link("/proc/thread-self").unwrap();
        let task = task.to_str().unwrap();
        let (pid, thread) = task.split_once("/task/").unwrap();
        assert_eq!(thread_called(pid.parse().unwrap(), task), thread.parse().ok());
        assert_eq!(thread_called(pid.parse().unwrap(), &format!("1{task}")), None);
        assert_eq!(thread_called(pid.parse().unwrap(), &format!("{pid}/task/0")), None);
    }

    #[test]
    fn switches_of_both_kinds_are_counted() {
        assert_eq!(switches("voluntary_ctxt_switches:\t7\nnonvoluntary_ctxt_switches:\t2\n"), 9);
        assert_eq!(switches("State:\tS (sleeping)\n"), 0);
    }

    #[test]
    fn the_last_id_is_that_of_the_innermost_namespace() {
        assert_eq!(innermost_id("Name:\tx\nNSpid:\t4711\t12\t3\nNSpgid:\t1\n"), Some("3"));
        assert_eq!(innermost_id("Name:\tx\n"), None);
    }
}
