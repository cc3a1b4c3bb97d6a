//! A signal ends `cargo lab` together with all that it started, and leaves no folders behind.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    fs::{self, File, Permissions},
    io::Read,
    os::{
        fd::AsFd,
        unix::{
            fs::{OpenOptionsExt, PermissionsExt},
            process::CommandExt,
        },
    },
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use lab::exercises::{EXERCISES, Part};
use nix::{
    libc::O_NONBLOCK,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        signal::{Signal, killpg},
        stat::Mode,
    },
    unistd::{Pid, mkfifo},
};
use tempfile::TempDir;

const TIMEOUT: Duration = Duration::from_mins(1);

/// A folder that passes for the lab's workspace, below which every user may run programs.
fn fake_lab() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("part1-primes/src/variants")).unwrap();
    for file in EXERCISES.iter().filter(|one| one.part == Part::Part1).flat_map(|one| one.files) {
        fs::write(folder.path().join(file), "").unwrap();
    }
    fs::create_dir(folder.path().join("tmp")).unwrap();
    fs::create_dir(folder.path().join("bin")).unwrap();
    for path in [folder.path(), &folder.path().join("tmp")] {
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    mkfifo(&folder.path().join("alive"), Mode::S_IRUSR).unwrap();
    fs::set_permissions(folder.path().join("alive"), Permissions::from_mode(0o666)).unwrap();
    folder
}

fn write_script(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

/// A script that says that it runs, and then goes on until it is killed.
fn endless(lab: &Path) -> String {
    format!("exec 3>'{}/alive'; echo started >&3; exec /bin/sleep 1000", lab.display())
}

/// A build that succeeds: its program is `endless`.
fn build_of_endless(lab: &Path) -> String {
    let candidate = lab.join("part1_exam");
    write_script(&candidate, &endless(lab));
    format!(r#"echo '{{"executable":"{}"}}'"#, candidate.display())
}

fn wait_for_event(pipe: &File) {
    let mut waiting = [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)];
    let timeout = PollTimeout::try_from(TIMEOUT).unwrap();
    assert_eq!(poll(&mut waiting, timeout), Ok(1), "a program starts or ends");
}

/// Signals the process group of `lab check` while an endless program runs.
fn check(signal: Signal, cargo: impl FnOnce(&Path) -> String) {
    let lab = fake_lab();
    let pipe = lab.path().join("alive");
    let mut pipe = File::options().read(true).custom_flags(O_NONBLOCK).open(pipe).unwrap();
    write_script(&lab.path().join("cargo"), &cargo(lab.path()));
    let mut child = Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(["check", "part1"])
        .current_dir(lab.path())
        .env("CARGO", lab.path().join("cargo"))
        // There is no bubblewrap: that submissions end inside it, `escape.rs` tests.
        .env("PATH", lab.path().join("bin"))
        .env("TMPDIR", lab.path().join("tmp"))
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    wait_for_event(&pipe);
    assert_eq!(pipe.read(&mut [0; 16]).unwrap(), "started\n".len());

    killpg(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(128 + signal as i32), "{signal}");
    let left =
        fs::read_dir(lab.path().join("tmp")).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("lab-")).collect();
    assert!(left.is_empty(), "{signal}: {left:?}");
    // The pipe ends with the last process that could write to it.
    wait_for_event(&pipe);
    assert_eq!(pipe.read(&mut [0]).unwrap(), 0, "{signal}");
}

/// One test, so that no other thread starts a process while a script is open for writing.
#[test]
fn a_signal_ends_builds_and_submissions_and_removes_their_folders() {
    for signal in interrupt::ending_signals() {
        check(signal, endless);
        check(signal, build_of_endless);
    }
}
