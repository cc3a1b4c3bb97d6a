//! The process between the grader and a submission: it sets limits, and is left only when nothing of
//! the submission lives.
//!
//! Whatever a submission starts, detached or not, becomes the warden's child at the latest when its
//! own parent ends (`PR_SET_CHILD_SUBREAPER`, prctl(2)), so that nothing outlives it.

use std::{
    ffi::OsString,
    fs, io,
    io::Read,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use common::{
    interrupt::{self, Interrupt},
    stopwatch::WallClock,
};
use nix::{
    errno::Errno,
    sys::{
        resource::{Resource, setrlimit},
        signal::{Signal, kill},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::{Pid, Uid, setsid},
};
use serde::{Deserialize, Serialize};

use crate::{
    kernel,
    processes::{self, Process},
};

/// How often the submission's processes are looked at.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// How often a program is started that is busy.
const TRIES_MAX: usize = 1000;

/// A fork bomb that is killed one by one runs away from us for so long at most.
const KILLING_MAX: Duration = Duration::from_secs(20);

/// What a submission may use up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// For all of it.
    pub deadline: Duration,
    /// For each of its processes.
    pub cpu: Duration,
    /// For all its processes together.
    pub memory_bytes: u64,
    /// For all its processes together, threads counted.
    pub threads: u64,
    /// For each file.
    pub file_bytes: u64,
}

/// What a warden is asked to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// What to start.
    pub program: PathBuf,
    /// And how.
    pub arguments: Vec<OsString>,
    /// What it may use up.
    pub limits: Limits,
    /// Whom it runs as; as us if none.
    pub user: Option<u32>,
    /// Where to say how it ended.
    pub report: PathBuf,
}

/// How a submission ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Its exit code, if it ended by itself.
    pub exit_code: Option<i32>,
    /// The signal that it died of, if it did.
    pub signal: Option<i32>,
    /// Which limit it went beyond, if that was its end.
    pub killed: Option<Beyond>,
    /// How many processes it had left behind.
    pub left_behind: usize,
}

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Beyond {
    /// It took too long.
    Deadline,
    /// Its processes together had too much memory.
    Memory,
    /// The grader has closed its end.
    Grader,
}

/// Does what is ordered: the whole life of a warden process, which ends when stdin does.
///
/// # Errors
/// When the limits cannot be set, or the program cannot be started.
pub fn serve(order: &Order) -> io::Result<()> {
    // The submission would outlive a warden that a signal ends.
    interrupt::leave_to_parent()?;
    // The kernel shares its time between sessions first, so that a fork bomb takes none of the others'.
    setsid()?;
    kernel::adopt_orphans()?;
    set_limits(&order.limits, order.user.is_some())?;
    let mut command = Command::new(&order.program);
    command.args(&order.arguments).stdin(Stdio::null()).env_clear().current_dir("/");
    if let Some(user) = order.user {
        command.uid(user).gid(user);
    }
    let submission = start(&mut command, || Interrupt::default().wait(LOOK_AGAIN_AFTER))?;
    let ending = watch(Pid::from_raw(submission.id().cast_signed()), &order.limits);
    let alive = kill_all();
    // Whoever was killed in the middle of something had no chance to end its own.
    let left_behind = if ending.killed.is_none() { alive } else { 0 };
    let ending = Ending { left_behind, ..ending };
    fs::write(&order.report, serde_json::to_vec(&ending)?)
}

/// Starts a program that the grader has just written. While it starts another process on another thread,
/// that one has the file open, too, until it becomes what it is to be, so that the kernel says "busy".
fn start(command: &mut Command, mut wait: impl FnMut()) -> io::Result<Child> {
    for _ in 1..TRIES_MAX {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => wait(),
            result => return result,
        }
    }
    command.spawn()
}

/// The limits that the kernel keeps, for us and so for whatever we start.
fn set_limits(limits: &Limits, is_other_user: bool) -> io::Result<()> {
    let cpu_s = limits.cpu.as_secs().max(1);
    setrlimit(Resource::RLIMIT_CPU, cpu_s, cpu_s + 1)?;
    setrlimit(Resource::RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    // Address space is not memory, but there is no use for ten times as much.
    let address_space = limits.memory_bytes.saturating_mul(10);
    setrlimit(Resource::RLIMIT_AS, address_space, address_space)?;
    // The kernel counts a user's threads, wherever they are: a user of its own has none but these.
    let own = if is_other_user { 0 } else { threads_of_this_user() };
    kernel::limit_threads(limits.threads + own)
}

fn threads_of_this_user() -> u64 {
    let user = Uid::current().as_raw();
    let is_ours = |pid: &u32| {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(format!("/proc/{pid}")).is_ok_and(|metadata| metadata.uid() == user)
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(is_ours).map(|pid| processes::thread_count(pid) as u64).sum()
}

/// Waits until the submission ends, or has to.
fn watch(submission: Pid, limits: &Limits) -> Ending {
    let clock = WallClock::start();
    let (grader_is_there, grader_is_gone) = mpsc::channel::<()>();
    let watcher = thread::Builder::new().name("hang-up".to_owned()).spawn(move || {
        // The grader writes nothing: this ends when its end of the pipe does.
        let _ = io::stdin().lock().read(&mut [0]);
        drop(grader_is_there);
    });
    let mut ending = Ending { exit_code: None, signal: None, killed: None, left_behind: 0 };
    if watcher.is_err() {
        ending.killed = Some(Beyond::Grader);
        return ending;
    }
    loop {
        match waitpid(submission, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::Exited(_, code)) => ending.exit_code = Some(code),
            Ok(WaitStatus::Signaled(_, signal, _)) => ending.signal = Some(signal as i32),
            Err(error) if error != Errno::EINTR => ending.signal = Some(Signal::SIGKILL as i32),
            _ if clock.elapsed() > limits.deadline => ending.killed = Some(Beyond::Deadline),
            _ if memory_in_use() > limits.memory_bytes => ending.killed = Some(Beyond::Memory),
            _ => match grader_is_gone.recv_timeout(LOOK_AGAIN_AFTER) {
                Err(mpsc::RecvTimeoutError::Timeout) => continue,
                _ => ending.killed = Some(Beyond::Grader),
            },
        }
        return ending;
    }
}

fn memory_in_use() -> u64 {
    processes::descendants(process::id()).iter().map(|process| process.resident_bytes).sum()
}

/// Kills whatever descends from us until nothing does; returns how many there were at first.
fn kill_all() -> usize {
    let clock = WallClock::start();
    let mut left_behind = None;
    loop {
        let alive: Vec<Process> = processes::descendants(process::id());
        left_behind.get_or_insert(alive.iter().filter(|process| !process.is_zombie).count());
        if alive.is_empty() || clock.elapsed() > KILLING_MAX {
            return left_behind.unwrap_or_default();
        }
        for process in alive {
            // It may have ended meanwhile.
            let _ = kill(Pid::from_raw(process.pid.cast_signed()), Signal::SIGKILL);
        }
        while waitpid(None, Some(WaitPidFlag::WNOHANG))
            .is_ok_and(|status| status != WaitStatus::StillAlive)
        {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_still_open_for_writing_is_started_when_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("sh");
        fs::copy("/bin/sh", &program).unwrap();
        let mut writer = Some(fs::File::options().append(true).open(&program).unwrap());
        let mut command = Command::new(&program);
        command.args(["-c", "exit 3"]);
        let mut waited = 0;
        let wait = || {
            waited += 1;
            drop(writer.take());
        };
        let status = start(&mut command, wait).unwrap().wait().unwrap();
        assert_eq!((status.code(), waited), (Some(3), 1));
    }
}
