//! Linux-only process control. On other systems it is refused, and so is the submission that it would
//! contain.

#[cfg(not(target_os = "linux"))]
pub use self::elsewhere::{adopt_orphans, inherited_pipe, keep_to_one_core, limit_threads};
#[cfg(target_os = "linux")]
pub use self::linux::{adopt_orphans, inherited_pipe, keep_to_one_core, limit_threads};

/// Whether this operating system has namespaces.
pub const HAS_NAMESPACES: bool = cfg!(target_os = "linux");

#[cfg(target_os = "linux")]
mod linux {
    use std::{fs::File, io, os::fd::OwnedFd};

    use nix::{
        fcntl::{FcntlArg, FdFlag, OFlag, fcntl},
        sched::{CpuSet, sched_getaffinity, sched_setaffinity},
        sys::{
            prctl,
            resource::{Resource, setrlimit},
        },
        unistd::{Pid, pipe2},
    };

    /// Makes this process the parent of all its orphaned descendants.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn adopt_orphans() -> io::Result<()> {
        Ok(prctl::set_child_subreaper(true)?)
    }

    /// Limits the threads of this process's user, in this process and its descendants.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn limit_threads(threads: u64) -> io::Result<()> {
        Ok(setrlimit(Resource::RLIMIT_NPROC, threads, threads)?)
    }

    /// A pipe whose writing end is inherited by all processes that start before it is dropped. A
    /// read never waits.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn inherited_pipe() -> io::Result<(File, OwnedFd)> {
        let (read, write) = pipe2(OFlag::O_CLOEXEC | OFlag::O_NONBLOCK)?;
        fcntl(&write, FcntlArg::F_SETFD(FdFlag::empty()))?;
        Ok((read.into(), write))
    }

    /// Restricts this thread, and all that it starts from now on, to the first core that it may use. In
    /// a container, that need not be the machine's first one.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn keep_to_one_core() -> io::Result<()> {
        let allowed = sched_getaffinity(Pid::from_raw(0))?;
        let first = (0..CpuSet::count()).find(|core| allowed.is_set(*core).unwrap_or(false));
        let mut core = CpuSet::new();
        core.set(first.unwrap_or(0))?;
        Ok(sched_setaffinity(Pid::from_raw(0), &core)?)
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::{fs::File, io, os::fd::OwnedFd};

    fn refuse<Value>() -> io::Result<Value> {
        let reason = "the sandbox for submissions needs Linux: use a Linux machine or container";
        Err(io::Error::new(io::ErrorKind::Unsupported, reason))
    }

    /// Fails, since this system lacks it.
    pub fn adopt_orphans() -> io::Result<()> {
        refuse()
    }

    /// Fails, since this system lacks it.
    pub fn limit_threads(_threads: u64) -> io::Result<()> {
        refuse()
    }

    /// Fails, since this system lacks it.
    pub fn inherited_pipe() -> io::Result<(File, OwnedFd)> {
        refuse()
    }

    /// Fails, since this system lacks it.
    pub fn keep_to_one_core() -> io::Result<()> {
        refuse()
    }
}
