//! Starts the workers of the tests, and receives reports from workers during a task.

use std::{
    io::Read,
    num::NonZeroUsize,
    os::{
        fd::AsFd,
        unix::net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc,
    thread,
    time::Duration,
};

use nix::{
    poll::{PollFd, PollFlags, PollTimeout, poll},
    unistd::Pid,
};
use process_pool::{ProcessPool, Settings};
use tempfile::TempDir;

pub(crate) const ONE: NonZeroUsize = NonZeroUsize::new(1).unwrap();
pub(crate) const TWO: NonZeroUsize = NonZeroUsize::new(2).unwrap();
pub(crate) const THREE: NonZeroUsize = NonZeroUsize::new(3).unwrap();
pub(crate) const TIMEOUT: Duration = Duration::from_mins(1);

pub(crate) fn fixture(argument: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_process-pool-fixture"));
    command.arg(argument);
    command
}

/// A worker that neither reads nor writes.
pub(crate) fn unresponsive_worker() -> Command {
    let mut command = Command::new("sleep");
    command.arg("1000");
    command
}

pub(crate) fn settings(workers: NonZeroUsize) -> Settings {
    Settings::new(fixture("worker"), workers)
}

pub(crate) fn start(settings: Settings) -> ProcessPool<String> {
    ProcessPool::start(settings, |_| ()).unwrap()
}

/// The result of `work`; fails instead of hanging.
pub(crate) fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (report, reported) = mpsc::channel();
    thread::spawn(move || report.send(work()));
    reported.recv_timeout(TIMEOUT).expect("it to end in time, and not by a panic")
}

/// The socket at which a worker reports during a task.
pub(crate) struct TaskReports {
    listener: UnixListener,
    folder: TempDir,
}

impl TaskReports {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("reports")).unwrap();
        Self { listener, folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("reports")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Whether no worker waits to report.
    pub(crate) fn is_empty(&self) -> bool {
        let mut waiting = [PollFd::new(self.listener.as_fd(), PollFlags::POLLIN)];
        poll(&mut waiting, PollTimeout::ZERO) == Ok(0)
    }

    /// Waits for a worker's report; the worker is at its task as long as the stream is open.
    pub(crate) fn next(&self) -> (Pid, UnixStream) {
        let mut waiting = [PollFd::new(self.listener.as_fd(), PollFlags::POLLIN)];
        let timeout = PollTimeout::try_from(TIMEOUT).unwrap();
        assert_eq!(poll(&mut waiting, timeout), Ok(1), "a worker reports");
        let (mut stream, _) = self.listener.accept().unwrap();
        let mut pid = [0; 4];
        stream.read_exact(&mut pid).unwrap();
        (Pid::from_raw(i32::from_be_bytes(pid)), stream)
    }
}

pub(crate) fn assert_has_ended(mut worker: UnixStream) {
    worker.set_read_timeout(Some(TIMEOUT)).unwrap();
    assert_eq!(worker.read(&mut [0]).unwrap(), 0, "the kernel closes the streams of the dead");
}
