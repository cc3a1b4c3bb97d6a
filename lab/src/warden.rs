//! The warden, a process between grader and submission: sets limits, starts the submission, and
//! ends it.
//!
//! With [`Isolation::Namespaces`], the warden runs inside bubblewrap's outer sandbox, and the submission
//! inside the inner one: when the warden ends, the kernel kills all that is left.
//!
//! With [`Isolation::Limits`], the warden kills what is left one by one. Whatever a submission starts,
//! detached or not, becomes the warden's child at the latest when its own parent ends
//! (`PR_SET_CHILD_SUBREAPER`, prctl(2)), so that nothing outlives it.

mod rlimits;

use std::{
    env, fs,
    io::{self, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use common::stopwatch::WallClock;
use interrupt::Interrupt;
use nix::{
    errno::Errno,
    sys::{
        signal::{Signal, kill},
        stat::{Mode, umask},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::{Pid, setsid},
};
use serde_json::Value;

use crate::{
    kernel,
    limits::{ExceededLimit, Isolation},
    processes::{self, Process},
    run_request::{ExitReport, RunRequest},
    sandbox::{Membership, bubblewrap, relay},
};

/// The interval between two looks at the submission's processes.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// The most attempts to start a program whose file is still open for writing.
const TRIES_MAX: usize = 1000;

/// The longest time for killing processes one by one: a fork bomb starts new ones meanwhile.
const KILLING_MAX: Duration = Duration::from_secs(20);

/// The number above which an exit code stands for a signal, as in shells.
const SIGNALS_ABOVE: i32 = 128;

/// The mode of files that the submission writes: the grader's user may read them.
const FILES_ARE_READABLE: Mode = Mode::S_IWGRP.union(Mode::S_IWOTH);

/// The first descriptor after stdin, stdout and stderr.
const FIRST_OWN_DESCRIPTOR: i32 = 3;

/// Carries out a request: the whole life of a warden process, which ends with its stdin.
///
/// # Errors
/// When the limits cannot be set, or the program cannot be started.
pub fn serve(request: &RunRequest) -> io::Result<()> {
    close_inherited_files();
    umask(FILES_ARE_READABLE);
    // The submission would outlive a warden that a signal ends.
    interrupt::leave_to_parent()?;
    // The kernel shares its time between sessions first, so that a fork bomb takes none of the others'.
    setsid()?;
    kernel::adopt_orphans()?;
    if let Some(group) = &request.group {
        group.enter()?;
    }
    if let (Some(port), Some(socket)) = (request.limits.port, &request.relay) {
        relay::from_loopback(port, socket.clone())?;
    }
    rlimits::set(&request.limits, request.user.is_some())?;
    let exit = match request.limits.isolation {
        Isolation::Namespaces => run_inside_namespaces(request)?,
        Isolation::Limits => run_within_limits(request)?,
    };
    fs::write(&request.report, serde_json::to_vec(&exit)?)
}

/// Closes files that the grader has inherited, before the submission starts.
fn close_inherited_files() {
    let files = fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let files: Vec<i32> =
        files.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    for file in files.into_iter().filter(|&file| file >= FIRST_OWN_DESCRIPTOR) {
        let _ = nix::unistd::close(file); // the folder itself is closed by now
    }
}

/// Runs a submission inside bubblewrap. What is left of it ends with this process.
fn run_inside_namespaces(request: &RunRequest) -> io::Result<ExitReport> {
    let (mut status, reporter) = kernel::inherited_pipe()?;
    let mut command = Command::new(bubblewrap::PROGRAM);
    command.args(bubblewrap::inner(request, &reporter)).env_clear();
    if let Some(path) = env::var_os("PATH") {
        command.env("PATH", path); // where bubblewrap is; it passes nothing on
    }
    let submission = start(&mut command, request.user, || ())?;
    drop(reporter);
    let exit = watch(&submission, request);
    // Bubblewrap, whose parent has ended, is our child now; its children are those of the submission.
    let own = processes::own_pid();
    let left = |process: &Process| !process.is_zombie && process.parent != own;
    let left_behind = processes::descendants(own).iter().filter(|process| left(process)).count();
    let mut text = String::new();
    let _ = status.read_to_string(&mut text); // what was written before the end is there
    match (exit.killed, exit_code_in(&text)) {
        (Some(_), _) => Ok(exit),
        (None, Some(code)) if code > SIGNALS_ABOVE => Ok(ExitReport {
            signal: Some(code - SIGNALS_ABOVE),
            left_behind,
            ..ExitReport::default()
        }),
        (None, Some(code)) => {
            Ok(ExitReport { exit_code: Some(code), left_behind, ..ExitReport::default() })
        }
        (None, None) => Err(io::Error::other("bubblewrap did not start the submission")),
    }
}

/// The exit code in bubblewrap's status, a sequence of JSON documents.
fn exit_code_in(status: &str) -> Option<i32> {
    let documents = serde_json::Deserializer::from_str(status).into_iter::<Value>();
    let mut codes = documents.flatten().filter_map(|document| document.get("exit-code")?.as_i64());
    codes.next().and_then(|code| i32::try_from(code).ok())
}

/// Runs a submission without namespaces, and kills its remaining processes.
fn run_within_limits(request: &RunRequest) -> io::Result<ExitReport> {
    let mut command = Command::new(&request.program);
    command.args(&request.arguments).current_dir(&request.directory);
    command.env_clear().envs(request.environment.iter().cloned());
    let submission =
        start(&mut command, request.user, || Interrupt::default().wait(LOOK_AGAIN_AFTER))?;
    let exit = watch(&submission, request);
    let alive = kill_all();
    // A submission that was killed had no chance to end its own processes.
    let left_behind = if exit.killed.is_none() { alive } else { 0 };
    Ok(ExitReport { left_behind, ..exit })
}

/// Starts a program as `user`, or as the user of this process if none. Calls `wait` and tries again
/// while the file of the program is open for writing.
///
/// The grader has just written it. If another thread of the grader starts a process at this time, the
/// new process inherits the open file until it executes its own program.
fn start(command: &mut Command, user: Option<u32>, mut wait: impl FnMut()) -> io::Result<Child> {
    command.stdin(Stdio::null());
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    for _ in 1..TRIES_MAX {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => wait(),
            result => return result,
        }
    }
    command.spawn()
}

/// Waits until the submission ends, or exceeds a limit.
fn watch(submission: &Child, request: &RunRequest) -> ExitReport {
    let limits = &request.limits;
    let submission = Pid::from_raw(submission.id().cast_signed());
    let is_out_of_memory = || request.group.as_ref().is_some_and(Membership::was_out_of_memory);
    let clock = WallClock::start();
    let (grader_is_there, grader_is_gone) = mpsc::channel::<()>();
    let watcher = thread::Builder::new().name("hang-up".to_owned()).spawn(move || {
        // The grader writes nothing: this ends when its end of the pipe does.
        let _ = io::stdin().lock().read(&mut [0]);
        drop(grader_is_there);
    });
    let mut exit = ExitReport::default();
    if watcher.is_err() {
        exit.killed = Some(ExceededLimit::Grader);
        return exit;
    }
    loop {
        let state = waitpid(submission, Some(WaitPidFlag::WNOHANG));
        match state {
            _ if is_out_of_memory() => exit.killed = Some(ExceededLimit::Memory),
            Ok(WaitStatus::Exited(_, code)) => exit.exit_code = Some(code),
            Ok(WaitStatus::Signaled(_, signal, _)) => exit.signal = Some(signal as i32),
            Err(error) if error != Errno::EINTR => exit.signal = Some(Signal::SIGKILL as i32),
            _ if clock.elapsed() > limits.deadline => exit.killed = Some(ExceededLimit::Deadline),
            // In a control group, the kernel counts.
            _ if request.group.is_none() && memory_in_use() > limits.memory_bytes => {
                exit.killed = Some(ExceededLimit::Memory);
            }
            _ => match grader_is_gone.recv_timeout(LOOK_AGAIN_AFTER) {
                Err(mpsc::RecvTimeoutError::Timeout) => continue,
                _ => exit.killed = Some(ExceededLimit::Grader),
            },
        }
        return exit;
    }
}

fn memory_in_use() -> u64 {
    let all = processes::descendants(processes::own_pid());
    all.iter().map(|process| process.resident_bytes).sum()
}

/// Kills all descendants until none is left; returns the number at first.
fn kill_all() -> usize {
    let clock = WallClock::start();
    let mut left_behind = None;
    loop {
        let alive: Vec<Process> = processes::descendants(processes::own_pid());
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
    fn a_program_open_for_writing_is_started_after_it_is_closed() {
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
        let status = start(&mut command, None, wait).unwrap().wait().unwrap();
        assert_eq!((status.code(), waited), (Some(3), 1));
    }

    #[test]
    fn bubblewrap_reports_an_exit_code_only_if_the_program_ran() {
        let started = "{ \"child-pid\": 3, \"pid-namespace\": 4026532301 }\n";
        assert_eq!(exit_code_in(&format!("{started}{{ \"exit-code\": 7 }}\n")), Some(7));
        assert_eq!(exit_code_in(started), None);
        assert_eq!(exit_code_in(""), None);
    }
}
