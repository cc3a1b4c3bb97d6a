//! An exam session: runs a candidate from its assignment to its result.

use std::{
    ops::Range,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use common::stopwatch::WallClock;
use exam::Question;
use serde::Serialize;
use serde_json::Value;

use crate::{
    examiner::{Examiner, LATENCY, Record, Reply, value_of},
    limits::Limits,
    part::Part,
    piece_gate::{HoldTimeouts, ReleaseRule},
    sandbox::{Access, Outcome, Sandbox, SandboxError},
};
#[cfg(test)]
use crate::{piece_gate::GateRecord, run_request::ExitReport};

/// The timeout of held work in [`ExamSetup::with_timeouts_of_the_lab`], a bit longer than the local web's
/// latency.
const LAB_TIMEOUT: Duration = LATENCY.saturating_add(Duration::from_millis(10));

/// The setup of an exam.
#[derive(Clone, Debug)]
pub struct ExamSetup {
    /// The part of the submission.
    pub part: Part,
    /// The candidate's program.
    pub program: PathBuf,
    /// The timeouts after which held work is released.
    pub timeouts: HoldTimeouts,
    /// The limits of a run.
    pub limits: Limits,
    /// Whether its stderr is no evidence. Without namespaces, a submission can read files that
    /// students must not see.
    pub conceals: bool,
}

/// The final message of a candidate.
#[derive(Clone, Debug)]
pub enum FinalMessage {
    /// The result of the assignment.
    Result(Value),
    /// The hint of an exercise that is still unimplemented.
    Unwritten(String),
}

/// The messages of a candidate so far.
#[derive(Default)]
struct Transcript {
    candidate: Option<u32>,
    asked: Vec<Range<u64>>,
    final_message: Option<FinalMessage>,
    unexpected_start: Option<String>,
    /// Runs from the assignment on.
    clock: Option<WallClock>,
    took: Option<Duration>,
}

/// The record of an exam session.
pub struct ExamSession {
    /// The process that was given the assignment.
    pub candidate: Option<u32>,
    /// The pieces of work that were requested, in order.
    pub asked: Vec<Range<u64>>,
    /// The final message, if there was one.
    pub final_message: Option<FinalMessage>,
    /// The arguments of an unexpected start of the candidate's program by the submission.
    pub unexpected_start: Option<String>,
    /// The time from the assignment to the result, as seen from here.
    pub took: Option<Duration>,
    /// The record of the examiner.
    pub record: Record,
    /// The outcome of its process.
    pub outcome: Outcome,
}

impl ExamSetup {
    /// The setup with the timeouts of the lab's local web. If all numbers of the exam are those of a run
    /// without arguments, a submission cannot detect the exam by its times either.
    pub(crate) fn with_timeouts_of_the_lab(&self) -> Self {
        let timeouts = HoldTimeouts { still: LAB_TIMEOUT, ..self.timeouts };
        Self { timeouts, ..self.clone() }
    }

    /// Gives the candidate an assignment, whose pieces are held back by `rule`. `piece` gives the
    /// answer to each piece, if it is one of this work.
    ///
    /// # Errors
    /// When the submission cannot be run at all.
    pub fn examine(
        &self,
        assignment: impl Serialize,
        rule: ReleaseRule,
        piece: impl Fn(Range<u64>) -> Option<Reply> + Send + Sync + 'static,
    ) -> Result<ExamSession, SandboxError> {
        let assignment = value_of(assignment);
        let sandbox = Sandbox::new(self.limits.clone())?.concealing(self.conceals);
        // The command line is that of a plain run: a submission cannot tell an exam from it.
        let program = sandbox.admit(&self.program, self.part.package())?;
        let transcript = Arc::new(Mutex::new(Transcript::default()));
        let responder = {
            let transcript = Arc::clone(&transcript);
            move |pid, question| {
                let mut transcript = transcript.lock().unwrap_or_else(PoisonError::into_inner);
                Some(match question {
                    Question::Assignment => {
                        transcript.candidate.get_or_insert(pid);
                        transcript.clock.get_or_insert_with(WallClock::start);
                        Reply::Now(assignment.clone())
                    }
                    Question::Piece { from, to } => {
                        transcript.asked.push(from..to);
                        piece(from..to)?
                    }
                    Question::Result(result) => {
                        transcript.took =
                            transcript.took.or(transcript.clock.map(WallClock::elapsed));
                        transcript.final_message.get_or_insert(FinalMessage::Result(result));
                        Reply::Now(Value::Null)
                    }
                    Question::UnexpectedStart(arguments) => {
                        transcript.unexpected_start.get_or_insert(arguments);
                        Reply::Now(Value::Null)
                    }
                    Question::Unwritten(hint) => {
                        transcript.final_message.get_or_insert(FinalMessage::Unwritten(hint));
                        Reply::Now(Value::Null)
                    }
                })
            }
        };
        let examiner =
            Examiner::serve(sandbox.folder(), sandbox.user(), rule, self.timeouts, responder)?;
        let socket = program.with_file_name(exam::SOCKET);
        if socket != examiner.path() {
            sandbox.show(examiner.path(), &socket, Access::Read);
        }
        let outcome = sandbox.run(&program, Vec::new())?;
        let record = examiner.record();
        drop(examiner);
        let mut transcript = transcript.lock().unwrap_or_else(PoisonError::into_inner);
        let Transcript { candidate, asked, final_message, unexpected_start, took, .. } =
            std::mem::take(&mut *transcript);
        Ok(ExamSession { candidate, asked, final_message, unexpected_start, took, record, outcome })
    }
}

#[cfg(test)]
impl ExamSession {
    /// A session in which these pieces were requested, and this result was handed in.
    pub(crate) fn of(asked: Vec<Range<u64>>, result: impl Serialize) -> Self {
        let record = Record {
            held_requests: Vec::new(),
            seen: GateRecord::default(),
            threads_when_stuck: None,
        };
        let outcome = Outcome {
            exit: ExitReport { exit_code: Some(0), ..ExitReport::default() },
            stdout: String::new(),
            stderr: String::new(),
            wrote_too_much: false,
            is_concealed: false,
        };
        let final_message = Some(FinalMessage::Result(value_of(result)));
        Self {
            candidate: None,
            asked,
            final_message,
            unexpected_start: None,
            took: None,
            record,
            outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exam_takes_as_long_as_the_local_web() {
        assert_eq!(LATENCY, mock_web::Config::default().latency);
        assert!(LAB_TIMEOUT > LATENCY);
    }
}
