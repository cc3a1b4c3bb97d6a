//! Control groups (`cgroups(7)`, versions 1 and 2): limits on the memory and threads of a whole
//! submission.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use interrupt::Interrupt;
use serde::{Deserialize, Serialize};

use crate::limits::Limits;

/// The mount point of control groups.
const MOUNTED_AT: &str = "/sys/fs/cgroup";

/// The number of threads of bubblewrap and of the warden, which share the group.
const OWN_THREADS: u64 = 32;

/// The prefix of a group's name; the grader's PID and a number follow.
const NAME: &str = "concurrency-lab";

/// The most looks at a group whose killed processes are still ending.
const LOOKS_MAX: usize = 500;
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(2);

/// The folders of a group: one for each controller in version 1, one in version 2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    folders: Vec<PathBuf>,
}

/// A control group, removed when dropped.
#[derive(Debug)]
pub(super) struct ControlGroup(Membership);

/// The files of a limit, of which the first existing one is written, and its value.
type Setting = (&'static [&'static str], fn(&Limits) -> u64);

/// Each limit, with its files in version 1 and in version 2.
const SETTINGS: &[Setting] = &[
    (&["memory.limit_in_bytes", "memory.max"], |limits| limits.memory_bytes),
    (&["memory.memsw.limit_in_bytes"], |limits| limits.memory_bytes),
    (&["memory.swap.max"], |_| 0),
    (&["pids.max"], |limits| limits.threads + OWN_THREADS),
];

/// The files that a group needs. Without them, a limit would not hold.
const NEEDED: &[&[&str]] = &[&["memory.limit_in_bytes", "memory.max"], &["pids.max"]];

/// The files that count processes that the kernel killed for want of memory.
const KILL_COUNTS: &[&str] = &["memory.oom_control", "memory.events"];

impl ControlGroup {
    /// Creates a group with these limits; none if this process may not.
    pub(super) fn new(limits: &Limits) -> Option<Self> {
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let [first, second] = ["memory", "pids"].map(|controller| hierarchy(&own, controller));
        let mut hierarchies = vec![first?, second?];
        hierarchies.dedup();
        let group = Self(Membership { folders: Vec::new() });
        let group = hierarchies.iter().try_fold(group, |mut group, parents| {
            let folder = parents.iter().find_map(|parent| make_below(parent))?;
            group.0.folders.push(folder);
            Some(group)
        })?;
        group.0.set(limits).then_some(group)
    }

    /// The folders by which the warden enters the group.
    pub(super) fn membership(&self) -> Membership {
        self.0.clone()
    }
}

impl Drop for ControlGroup {
    fn drop(&mut self) {
        self.0.remove();
    }
}

impl Membership {
    /// Moves this process into the group. What it starts from now on is in the group, too.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub(crate) fn enter(&self) -> io::Result<()> {
        self.folders.iter().try_for_each(|folder| fs::write(folder.join("cgroup.procs"), "0"))
    }

    /// Whether the kernel has killed a process of the group for lack of memory.
    pub(crate) fn was_out_of_memory(&self) -> bool {
        let counts = |file: PathBuf| fs::read_to_string(file).unwrap_or_default();
        let mut files =
            self.folders.iter().flat_map(|folder| KILL_COUNTS.iter().map(|name| folder.join(name)));
        files.any(|file| {
            let counts = counts(file);
            let kills = counts.lines().find_map(|line| line.strip_prefix("oom_kill "));
            kills.is_some_and(|kills| kills.trim() != "0")
        })
    }

    /// Removes the group, once all processes in it have ended.
    pub(super) fn remove(&self) {
        self.folders.iter().for_each(|folder| remove(folder));
    }

    fn set(&self, limits: &Limits) -> bool {
        for (names, limit) in SETTINGS {
            if let Some(file) = self.file(names) {
                let _ = fs::write(file, limit(limits).to_string()); // checked below
            }
        }
        NEEDED.iter().all(|names| {
            let limit = self.file(names).and_then(|file| fs::read_to_string(file).ok());
            limit
                .is_some_and(|limit| limit.trim().parse::<u64>().is_ok_and(|limit| limit < 1 << 50))
        })
    }

    fn file(&self, names: &[&str]) -> Option<PathBuf> {
        let files =
            self.folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
        files.into_iter().find(|file| file.exists())
    }
}

/// The folders in which a group may be created for a controller.
fn hierarchy(own: &str, controller: &str) -> Option<Vec<PathBuf>> {
    let root = Path::new(MOUNTED_AT);
    let below = |root: PathBuf, path: &str| vec![root.join(path.trim_start_matches('/')), root];
    // A line is `NUMBER:CONTROLLERS:PATH`; version 2 has no controllers.
    let lines = || own.lines().filter_map(|line| line.split_once(':')?.1.split_once(':'));
    let mut of_version_1 =
        lines().filter(|(names, _)| names.split(',').any(|name| name == controller));
    if let Some((names, path)) = of_version_1.next() {
        return Some(below(root.join(names), path));
    }
    let (_, path) = lines().find(|(names, _)| names.is_empty())?;
    root.join("cgroup.controllers").exists().then(|| below(root.to_owned(), path))
}

/// Makes a group below another one, and removes those of graders that were killed.
fn make_below(parent: &Path) -> Option<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    for entry in fs::read_dir(parent).ok()?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let grader = name.strip_prefix(NAME).and_then(|rest| rest.split('-').nth(1));
        if grader.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            let _ = fs::remove_dir(entry.path()); // it has processes, or is gone
        }
    }
    // In version 2, a group counts only what its parent asks for.
    let _ = fs::write(parent.join("cgroup.subtree_control"), "+memory +pids");
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = parent.join(format!("{NAME}-{}-{number}", std::process::id()));
    fs::create_dir(&folder).ok()?;
    let is_usable = NEEDED.iter().flat_map(|names| *names).any(|name| folder.join(name).exists());
    if !is_usable {
        let _ = fs::remove_dir(&folder);
    }
    is_usable.then_some(folder)
}

fn remove(folder: &Path) {
    for _ in 0..LOOKS_MAX {
        match fs::remove_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                Interrupt::default().wait(LOOK_AGAIN_AFTER);
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_controller_is_found_by_its_name() {
        let own = "8:pids:/\n4:memory:/jobs/7\n2:cpu,cpuacct:/jobs\n0::/jobs\n";
        let check = |controller: &str, expected: [&str; 2]| {
            let expected = expected.map(PathBuf::from).to_vec();
            assert_eq!(hierarchy(own, controller), Some(expected), "{controller}");
        };
        check("memory", ["/sys/fs/cgroup/memory/jobs/7", "/sys/fs/cgroup/memory"]);
        check("pids", ["/sys/fs/cgroup/pids/", "/sys/fs/cgroup/pids"]);
        check("cpu", ["/sys/fs/cgroup/cpu,cpuacct/jobs", "/sys/fs/cgroup/cpu,cpuacct"]);
        assert_eq!(hierarchy("", "pids"), None);
    }
}
