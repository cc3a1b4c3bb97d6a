//! What only Linux does for us. Elsewhere it is refused, and so is the submission that it would contain.

#[cfg(not(target_os = "linux"))]
pub use self::elsewhere::{adopt_orphans, keep_to_one_core, limit_threads};
#[cfg(target_os = "linux")]
pub use self::linux::{adopt_orphans, keep_to_one_core, limit_threads};

#[cfg(target_os = "linux")]
mod linux {
    use std::io;

    use nix::{
        sched::{CpuSet, sched_setaffinity},
        sys::{
            prctl,
            resource::{Resource, setrlimit},
        },
        unistd::Pid,
    };

    /// Makes this process the parent of all its descendants whose own parents end.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn adopt_orphans() -> io::Result<()> {
        Ok(prctl::set_child_subreaper(true)?)
    }

    /// Lets this process's user have so many threads, here and in whatever we start.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn limit_threads(threads: u64) -> io::Result<()> {
        Ok(setrlimit(Resource::RLIMIT_NPROC, threads, threads)?)
    }

    /// Keeps this thread, and whatever it starts from now on, to the first core.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn keep_to_one_core() -> io::Result<()> {
        let mut core = CpuSet::new();
        core.set(0)?;
        Ok(sched_setaffinity(Pid::from_raw(0), &core)?)
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::io;

    fn refuse() -> io::Result<()> {
        let reason =
            "it takes Linux to contain what others wrote; use a machine or a container with it";
        Err(io::Error::new(io::ErrorKind::Unsupported, reason))
    }

    /// Refuses.
    pub fn adopt_orphans() -> io::Result<()> {
        refuse()
    }

    /// Refuses.
    pub fn limit_threads(_threads: u64) -> io::Result<()> {
        refuse()
    }

    /// Refuses.
    pub fn keep_to_one_core() -> io::Result<()> {
        refuse()
    }
}
