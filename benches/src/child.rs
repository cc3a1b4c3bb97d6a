//! One child process, from its start to its end, and what it cost; the only place that starts any.

use std::{
    io::{self, PipeWriter, Read},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use common::stopwatch::{Cost, WallClock, children_cpu};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::trial::{Trial, TrialError};

/// Whatever takes longer hangs, however slow the machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(30);

/// What of a child comes to us; the rest goes where our own goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Output,
    OutputAndErrors,
    /// Errors go where our own go; the output goes nowhere.
    Nothing,
}

/// Kills its child when it is dropped, which does nothing to one that was waited for.
struct KilledOnDrop(Child);

impl Drop for KilledOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What `read` makes of the output, and what the process cost.
pub(crate) fn run(
    trial: &Trial,
    heard: Heard,
    read: impl FnOnce(&mut dyn Read) -> io::Result<String>,
) -> Result<(String, Cost), TrialError> {
    let lost_sight = |source| TrialError::LostSight { command: trial.to_string(), source };
    let (mut reader, writer) = io::pipe().map_err(lost_sight)?;
    let command = command(trial, heard, writer).map_err(lost_sight)?;
    let (wall, cpu_before) = (WallClock::start(), children_cpu());
    let mut child = start(command).map_err(|source| TrialError::CannotStart {
        program: trial.program.display().to_string(),
        source,
    })?;
    let (output, status) =
        killed_after(PATIENCE, &mut child, |child| Ok((read(&mut reader)?, child.0.wait()?)))
            .map_err(lost_sight)?;
    let cost = Cost { wall: wall.elapsed(), cpu: children_cpu().saturating_sub(cpu_before) };
    if status.success() {
        Ok((output, cost))
    } else {
        let said = output.trim().to_owned();
        Err(TrialError::Failed { command: trial.to_string(), status, said })
    }
}

fn command(trial: &Trial, heard: Heard, writer: PipeWriter) -> io::Result<Command> {
    let mut command = Command::new(&trial.program);
    command.args(&trial.arguments).envs(trial.environment.iter().copied()).stdin(Stdio::null());
    if heard == Heard::OutputAndErrors {
        command.stderr(writer.try_clone()?);
    }
    command.stdout(if heard == Heard::Nothing { Stdio::null() } else { writer.into() });
    Ok(command)
}

/// Takes the command, since it holds our copy of the writing end: the output ends with the child.
fn start(mut command: Command) -> io::Result<KilledOnDrop> {
    command.spawn().map(KilledOnDrop)
}

/// Waits for the child with `wait`, and kills it if that takes too long.
fn killed_after<Value>(
    patience: Duration,
    child: &mut KilledOnDrop,
    wait: impl FnOnce(&mut KilledOnDrop) -> io::Result<Value>,
) -> io::Result<Value> {
    let id = Pid::from_raw(child.0.id().cast_signed());
    let (is_over, over) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if over.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                let _ = kill(id, Signal::SIGKILL);
            }
        });
        let result = wait(child);
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
            environment: vec![("TOLD", "4")],
            output: Output::Answer,
        }
    }

    #[test]
    fn the_answer_and_the_cost_are_those_of_the_child() {
        let measurement = shell("echo $TOLD; echo ignored >&2").measure().expect("sh is there");
        assert_eq!(measurement.answer, "4");
        assert!(measurement.cost.wall > Duration::ZERO);
    }

    #[test]
    fn a_failure_is_told_with_what_was_said() {
        let error = shell("echo 'error: no'; exit 3").measure().expect_err("exit code 3");
        assert!(error.to_string().contains("exit status: 3"), "{error}");
        assert!(error.to_string().ends_with("try it alone: error: no"), "{error}");
        let absent = Trial { program: "/absent/program".into(), ..shell("") };
        let error = absent.measure().expect_err("no such program");
        assert_eq!(
            error.to_string(),
            "cannot start `/absent/program` (is it there, and a program?)"
        );
    }

    #[test]
    fn errors_are_heard_where_they_are_asked_for() {
        assert_eq!(shell("echo one; echo two >&2").transcript().expect("sh"), "one\ntwo\n");
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
    fn a_child_that_hangs_is_killed() {
        let mut child =
            KilledOnDrop(Command::new("sleep").arg("86400").spawn().expect("sleep is there"));
        let status = killed_after(Duration::ZERO, &mut child, |child| child.0.wait());
        assert_eq!(status.expect("an end").code(), None, "it ends by a signal");
    }
}
