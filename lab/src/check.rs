//! `cargo lab check`: runs the checks on the workspace as it stands.

use std::{fmt::Write, path::Path, time::Duration};

use program::progress::Visibility;

use crate::{
    compile::{self, CompileError},
    exam_session::ExamSetup,
    exercises::{Exercise, Part},
    limits::{Isolation, Limits},
    piece_gate::HoldTimeouts,
    sandbox::SandboxError,
    source,
    verdict::{Diagnosis, Status, Verdict},
};

/// The limits of a submission in one run.
pub const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(30),
    cpu: Duration::from_secs(20),
    memory_bytes: 512 << 20,
    threads: 256,
    file_bytes: 16 << 20,
    isolation: Isolation::Namespaces,
    port: None,
};

/// The timeouts after which held work is released.
pub const HOLD_TIMEOUTS: HoldTimeouts =
    HoldTimeouts { still: Duration::from_millis(200), moving: Duration::from_secs(2) };

/// An error that leaves no verdict; it never has text of a submission.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The candidate cannot be built.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The candidate cannot be run.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
}

/// Builds the candidate of `part` and runs the checks of those `exercises` that belong to the part.
///
/// # Errors
/// When there is no cargo, or a submission cannot be run at all.
pub fn check(root: &Path, part: Part, exercises: &[&Exercise]) -> Result<Vec<Verdict>, CheckError> {
    let exercises = exercises.iter().copied().filter(|exercise| exercise.part == part);
    let exercises: Vec<&Exercise> = exercises.collect();
    let program = match compile::candidate(root, part, Visibility::OnTerminal) {
        Ok(program) => program,
        Err(CompileError::Refused { message }) => {
            let fail = |exercise| match refusal(root, exercise, source::refusal) {
                Some(refusal) => exercise.fail(Diagnosis::Refused, &refusal),
                None => exercise.fail(Diagnosis::DoesNotCompile, &message),
            };
            return Ok(exercises.into_iter().flat_map(fail).collect());
        }
        Err(error) => return Err(error.into()),
    };
    // Your own work, on your own machine: it is isolated as well as this machine can.
    let limits = Limits { isolation: Isolation::best(&LIMITS), ..LIMITS };
    let setup = ExamSetup { part, program, timeouts: HOLD_TIMEOUTS, limits, conceals: false };
    let prove = |exercise: &Exercise| match refusal(root, exercise, source::refusal_to_run) {
        Some(refusal) => Ok(exercise.fail(Diagnosis::Refused, &refusal)),
        None => exercise.prove(&setup),
    };
    let verdicts: Result<Vec<Vec<Verdict>>, SandboxError> =
        exercises.into_iter().map(prove).collect();
    Ok(verdicts?.concat())
}

/// The reason for which the grader would refuse the files of an exercise.
fn refusal(root: &Path, exercise: &Exercise, of: fn(&str) -> Option<String>) -> Option<String> {
    exercise.files.iter().find_map(|file| {
        let reason = match source::read(root, Path::new(file))? {
            Ok(source) => of(&source)?,
            Err(reason) => reason,
        };
        Some(format!("{file} {reason}"))
    })
}

/// Renders the verdicts as text, with the next step.
pub fn render(verdicts: &[Verdict]) -> String {
    let mut text = String::new();
    for verdict in verdicts {
        let mark = match verdict.status {
            Status::Passed => "proved",
            Status::Failed => "FAILED",
            Status::NotRun => "not run",
            Status::NotJudged => "unknown",
        };
        let _ = writeln!(text, "{mark:8} {}", verdict.check);
        for line in verdict.evidence.lines() {
            let _ = writeln!(text, "{:8} {line}", "");
        }
    }
    let first = verdicts.iter().find_map(|verdict| Some((verdict, verdict.diagnosis?)));
    match first {
        Some((verdict, diagnosis)) => {
            text + &format!("\nNext, for {}: {}.\n", verdict.check, diagnosis.next_step())
        }
        None => text + "\nAll is proved.\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_starts_no_line_of_its_own() {
        let evidence = "threads: a\nproved   part1\r\nAll is proved.";
        let text = render(&[Verdict::failed("part1/x", Diagnosis::WrongName, evidence)]);
        let starts = text.lines().filter(|line| !line.starts_with(' ') && !line.is_empty());
        let expected = ["FAILED   part1/x", "Next, for part1/x: "];
        assert!(starts.zip(expected).all(|(line, start)| line.starts_with(start)), "{text}");
        assert_eq!(text.lines().count(), 6, "{text}");
    }
}
