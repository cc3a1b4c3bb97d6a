//! Runs a block of a README as a reader would, but with an end to every wait.

use std::{
    env,
    io::{self, Read},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

use crate::tree;

/// A block that takes longer hangs, however slow the machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// How long the kernel may take to end what we kill.
const KILL_PATIENCE: Duration = Duration::from_secs(10);

/// Tells a test that a block runs it, which would go on for ever.
const WITHIN_BLOCK: &str = "ARCHITECTURE_TEST_RUNS_A_README";

/// Runs a script from the root of the workspace; the error is its end and all that it printed.
pub(crate) fn run(script: &str) -> Result<(), String> {
    assert!(env::var_os(WITHIN_BLOCK).is_none(), "a block of a README runs this very test");
    let (mut reader, writer) = io::pipe().expect("a pipe");
    let mut child = Command::new("sh")
        .args(["-eu", "-c", script])
        .current_dir(tree::root())
        .env(WITHIN_BLOCK, "1")
        .stdin(Stdio::null())
        .stdout(writer.try_clone().expect("a second end of the pipe"))
        .stderr(writer)
        .process_group(0)
        .spawn()
        .expect("sh can be run");
    let group = Pid::from_raw(child.id().cast_signed());

    // No scope: it would wait without a deadline for whoever keeps the pipe open.
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut output = Vec::new();
        let status = reader.read_to_end(&mut output).and_then(|_| child.wait());
        sender
            .send((status.expect("the child's end"), String::from_utf8_lossy(&output).into_owned()))
    });
    match receiver.recv_timeout(PATIENCE) {
        Ok((status, _)) if status.success() => Ok(()),
        Ok((status, output)) => Err(format!("{status}\n{output}")),
        Err(_) => {
            let killed = killpg(group, Signal::SIGKILL);
            let output = receiver.recv_timeout(KILL_PATIENCE).map(|(_, output)| output);
            Err(format!(
                "still running after {PATIENCE:?} (kill: {killed:?})\n{}",
                output.unwrap_or_default()
            ))
        }
    }
}
