//! Runs one child process and measures its cost; no other file starts processes.

use std::{
    io::{self, PipeWriter, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use common::stopwatch::WallClock;
use interrupt::Cleanup;
use nix::{
    sys::{
        resource::{UsageWho, getrusage},
        signal::{Signal, killpg},
    },
    unistd::Pid,
};
use wait4::{ResUse, Wait4};

use crate::trial::{Cost, TIMEOUT, Trial, TrialError};

/// The streams of a child that are captured; other streams are inherited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CapturedStreams {
    Output,
    OutputAndErrors,
    /// No stream is captured: the output is discarded, and errors go to our stderr.
    Nothing,
}

/// A child with all processes that it starts, unless they leave the group.
///
/// It is killed when this is dropped, or when a signal ends this process.
struct ProcessGroup {
    id: Pid,
    /// The child; none once it was reaped, since its id may be reused.
    leader: Option<Child>,
    _cleanup: Cleanup,
}

impl ProcessGroup {
    /// Starts the command, and drops it, so that the output ends with the child.
    fn start(mut command: Command) -> io::Result<Self> {
        command.process_group(0);
        let ((id, leader), cleanup) = Cleanup::after(|| {
            let leader = command.spawn()?;
            let id = Pid::from_raw(leader.id().cast_signed());
            io::Result::Ok(((id, leader), move || kill_group(id)))
        })?;
        Ok(Self { id, leader: Some(leader), _cleanup: cleanup })
    }

    fn wait(&mut self) -> io::Result<ResUse> {
        self.leader.take().expect("a child that is waited for once").wait4()
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        kill_group(self.id);
        if let Some(leader) = &mut self.leader {
            let _ = leader.wait();
        }
    }
}

fn kill_group(id: Pid) {
    // It fails if the group has ended already.
    let _ = killpg(id, Signal::SIGKILL);
}

/// The peak memory of this process so far. What it starts begins as a copy of it, so that the
/// kernel never reports less for a child.
pub(crate) fn memory_bytes_of_this_process() -> u64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("the kernel to know our own usage");
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1 << 10 };
    u64::try_from(usage.max_rss()).unwrap_or_default() * unit
}

/// Runs a child, and returns what `read` makes of its output, with the cost of the process.
pub(crate) fn run(
    trial: &Trial,
    captured: CapturedStreams,
    read: impl FnOnce(&mut dyn Read) -> io::Result<String>,
) -> Result<(String, Cost), TrialError> {
    let cannot_watch = |source| TrialError::CannotWatch { command: trial.to_string(), source };
    let (mut reader, writer) = io::pipe().map_err(cannot_watch)?;
    let command = command(trial, captured, writer).map_err(cannot_watch)?;
    let clock = WallClock::start();
    let mut group = ProcessGroup::start(command).map_err(|source| TrialError::CannotStart {
        program: trial.program.display().to_string(),
        source,
    })?;
    let (output, used) =
        killed_after(TIMEOUT, &mut group, |group| Ok((read(&mut reader)?, group.wait()?)))
            .map_err(cannot_watch)?;
    let cost = cost(clock, &used);
    ended_well(trial, used.status, &output).map(|()| (output, cost))
}

fn cost(clock: WallClock, used: &ResUse) -> Cost {
    let usage = used.rusage;
    Cost { wall: clock.elapsed(), cpu: usage.utime + usage.stime, memory_bytes: usage.maxrss }
}

fn ended_well(trial: &Trial, status: ExitStatus, output: &str) -> Result<(), TrialError> {
    if status.success() {
        Ok(())
    } else {
        let output = output.trim().to_owned();
        Err(TrialError::Failed { command: trial.to_string(), status, output })
    }
}

fn command(trial: &Trial, captured: CapturedStreams, writer: PipeWriter) -> io::Result<Command> {
    let mut command = Command::new(&trial.program);
    command.args(&trial.arguments).envs(trial.environment.iter().copied()).stdin(Stdio::null());
    if captured == CapturedStreams::OutputAndErrors {
        command.stderr(writer.try_clone()?);
    }
    command.stdout(if captured == CapturedStreams::Nothing {
        Stdio::null()
    } else {
        writer.into()
    });
    Ok(command)
}

/// Waits for the child with `wait`, and kills it after a timeout.
fn killed_after<Value>(
    timeout: Duration,
    group: &mut ProcessGroup,
    wait: impl FnOnce(&mut ProcessGroup) -> io::Result<Value>,
) -> io::Result<Value> {
    let id = group.id;
    let (is_over, over) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if over.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout) {
                kill_group(id);
            }
        });
        let result = wait(group);
        drop(is_over);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Output;

    fn shell(script: &str) -> Trial {
        Trial {
            program: "sh".into(),
            arguments: ["-c", script].map(Into::into).into(),
            environment: vec![("NUMBER", "4")],
            output: Output::Answer,
        }
    }

    #[test]
    fn the_answer_and_the_cost_are_those_of_the_child() {
        let measurement = shell("echo $NUMBER; echo ignored >&2").measure().expect("sh is there");
        assert_eq!(measurement.answer, "4");
        assert!(measurement.cost.wall > Duration::ZERO);
        assert!(measurement.cost.memory_bytes > 100 << 10, "{measurement:?}");
    }

    #[test]
    fn an_error_quotes_the_output() {
        let error = shell("echo 'error: no'; exit 3").measure().expect_err("exit code 3");
        assert!(error.to_string().contains("exit status: 3"), "{error}");
        assert!(error.to_string().ends_with("run it alone: error: no"), "{error}");
        let absent = Trial { program: "/absent/program".into(), ..shell("") };
        let error = absent.measure().expect_err("no such program");
        assert_eq!(
            error.to_string(),
            "cannot start `/absent/program` (does it exist, and is it executable?)"
        );
    }

    #[test]
    fn stderr_is_captured_on_request() {
        let shell = shell("echo one; echo two >&2");
        assert_eq!(shell.transcript().expect("sh"), "one\ntwo\n");
        assert_eq!(shell.stdout().expect("sh"), "one\n");
    }

    #[test]
    fn output_longer_than_a_pipe_is_read_during_the_run() {
        let output = shell("yes | head -n 100000").stdout().expect("sh, yes and head");
        assert_eq!(output.len(), 200_000);
    }

    #[test]
    fn lines_are_the_answer_and_are_written_twice() {
        let folder = tempfile::tempdir().expect("a disk");
        let log = folder.path().join("log");
        let script = format!("echo run >>{}; echo 2; echo 3", log.display());
        let trial = Trial { output: Output::Lines, ..shell(&script) };
        let answer = trial.measure().expect("sh is there").answer;
        assert!(answer.starts_with("4 bytes"), "{answer}");
        assert_eq!(std::fs::read_to_string(log).expect("a log"), "run\nrun\n");
    }

    #[test]
    fn a_child_that_hangs_is_killed_with_its_own_children() {
        let (mut reader, writer) = io::pipe().expect("a pipe");
        let script = shell("sleep 86400 & sleep 86400");
        let command = command(&script, CapturedStreams::Output, writer).expect("a command");
        let mut group = ProcessGroup::start(command).expect("sh is there");
        let used = killed_after(Duration::ZERO, &mut group, ProcessGroup::wait).expect("an end");
        assert_eq!(used.status.code(), None, "it ends by a signal");
        // The pipe ends with the last process that could write to it.
        assert_eq!(text_of(&mut reader), "");
    }

    #[test]
    fn processes_of_a_child_end_with_it() {
        let (mut reader, writer) = io::pipe().expect("a pipe");
        let command =
            command(&shell("sleep 86400 &"), CapturedStreams::Output, writer).expect("a command");
        let mut group = ProcessGroup::start(command).expect("sh is there");
        assert!(group.wait().expect("an end").status.success());
        drop(group);
        assert_eq!(text_of(&mut reader), "");
    }

    fn text_of(reader: &mut dyn Read) -> String {
        let mut text = String::new();
        reader.read_to_string(&mut text).expect("text");
        text
    }
}
