//! What is said of a check: whether it passed, the evidence, and one next step.

use serde::{Deserialize, Serialize};

/// What became of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is proved.
    Passed,
    /// The opposite is proved, or there is no proof.
    Failed,
    /// Another check comes first, and failed.
    NotRun,
    /// It cannot be proved on this machine; no student loses a point by that.
    NotJudged,
}

impl Status {
    /// What it is called, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotRun => "not run",
            Self::NotJudged => "not judged",
        }
    }

    /// Whether there is something left to be done.
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Failed | Self::NotRun)
    }
}

/// What is wrong, as far as the evidence tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Diagnosis {
    /// It is still a `todo!`.
    Unwritten,
    /// It does not compile.
    DoesNotCompile,
    /// It is a source, or an archive, that the grader refuses.
    Refused,
    /// It ended early, hung, or used up too much.
    Crashed,
    /// Work was left out, or done twice.
    NotEachOnce,
    /// The answer is not what the work has found.
    WrongAnswer,
    /// Something went wrong in a piece of work, and the answer does not say so.
    ErrorLost,
    /// What was found is right, in the wrong order.
    WrongOrder,
    /// One thing after another, by one worker.
    OneAfterAnother,
    /// A worker for each thing, but each is waited for before the next one is started.
    JoinedInTheLoop,
    /// Workers are there, and wait for each other.
    BehindALock,
    /// Some are at work, others are not.
    NotAllWorkers,
    /// More are at work than were asked for.
    TooManyWorkers,
    /// A thread that is not called what it is to be called.
    WrongName,
    /// What was to be processes are threads of one.
    ThreadsPosingAsProcesses,
    /// Workers that another process has started, such as a shell.
    Grandchildren,
    /// Requests without a signature.
    Unsigned,
    /// Requests whose signature does not fit them.
    WronglySigned,
    /// Requests signed with a nonce that was used before.
    NonceReused,
    /// A secret stands in what was printed.
    SecretsTold,
}

impl Diagnosis {
    /// What it is called, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unwritten => "unwritten",
            Self::DoesNotCompile => "does not compile",
            Self::Refused => "refused",
            Self::Crashed => "crashed",
            Self::NotEachOnce => "not each once",
            Self::WrongAnswer => "wrong answer",
            Self::ErrorLost => "error lost",
            Self::WrongOrder => "wrong order",
            Self::OneAfterAnother => "one after another",
            Self::JoinedInTheLoop => "joined in the loop",
            Self::BehindALock => "behind a lock",
            Self::NotAllWorkers => "not all workers",
            Self::TooManyWorkers => "too many workers",
            Self::WrongName => "wrong name",
            Self::ThreadsPosingAsProcesses => "threads posing as processes",
            Self::Grandchildren => "grandchildren",
            Self::Unsigned => "unsigned",
            Self::WronglySigned => "wrongly signed",
            Self::NonceReused => "nonce reused",
            Self::SecretsTold => "secrets told",
        }
    }

    /// One next step.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Unwritten => "write it: the hint stands in its place",
            Self::DoesNotCompile => "start with the compiler's first error",
            Self::Refused => "do without that; the exercise does not need it",
            Self::Crashed => "run the part's own tests, and look at the first panic",
            Self::NotEachOnce => "count the pieces: each is to be done, and just once",
            Self::WrongAnswer => "compare with the sequential variant on a short range",
            Self::ErrorLost => {
                "pass each error on with `?`, and let a panic through: `join` tells of both"
            }
            Self::WrongOrder => {
                "the piece done first is not the first in order: keep the number of each piece"
            }
            Self::OneAfterAnother => "start all workers before you wait for any of them",
            Self::JoinedInTheLoop => "keep the handles, and join them in a second loop",
            Self::BehindALock => {
                "call `work` without holding a lock, and lock only to take or give"
            }
            Self::NotAllWorkers => "see that every worker finds something to do while others work",
            Self::TooManyWorkers => {
                "start as many workers as the job says, and let them take turns"
            }
            Self::WrongName => "name each thread when you start it, by `thread::Builder`",
            Self::ThreadsPosingAsProcesses => "start processes, by the pool: threads share a PID",
            Self::Grandchildren => {
                "start each worker from the main process itself, without a shell in between"
            }
            Self::Unsigned => "send the header `Authorization` with each request",
            Self::WronglySigned => "sign just what is sent: the method, the address and the query",
            Self::NonceReused => "sign each request anew, with a nonce of its own",
            Self::SecretsTold => "print neither keys nor tokens, also not to find a mistake",
        }
    }
}

/// A check and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Its name, such as `part1/parallel/overlap`.
    pub check: String,
    /// What became of it.
    pub status: Status,
    /// What was seen, in a sentence.
    pub evidence: String,
    /// What is wrong, if something is.
    pub diagnosis: Option<Diagnosis>,
    /// How much of its worth is earned, in percent, where that is not all or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned_percent: Option<u8>,
    /// Who was at work when, if that is what it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<Span>,
}

/// A piece of work that the grader has held, from the moment that it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The process at work, as the kernel has it.
    pub pid: u32,
    /// Its thread; empty if the kernel does not know it.
    pub thread: String,
    /// The id of that thread, if the kernel knows it: threads may share a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tid: Option<u32>,
    /// What was worked at.
    pub label: String,
    /// The start, in microseconds since the exam began.
    pub start_us: u64,
    /// The end, in microseconds since the exam began.
    pub end_us: u64,
}

impl Verdict {
    /// A check that passed.
    pub fn passed(check: &str, evidence: impl Into<String>) -> Self {
        Self::new(check, Status::Passed, None, evidence.into())
    }

    /// A check that failed.
    pub fn failed(check: &str, diagnosis: Diagnosis, evidence: impl Into<String>) -> Self {
        Self::new(check, Status::Failed, Some(diagnosis), evidence.into())
    }

    /// A check that has to wait for another one to pass.
    pub fn not_run(check: &str, other: &str) -> Self {
        Self::new(check, Status::NotRun, None, format!("it takes {other} first"))
    }

    /// A check that this machine is not fit for.
    pub fn not_judged(check: &str, evidence: impl Into<String>) -> Self {
        Self::new(check, Status::NotJudged, None, evidence.into())
    }

    /// The same, of work in the numbers of a run without arguments.
    pub(crate) fn in_every_other_run(mut self) -> Self {
        self.evidence.push_str(" (the numbers are those of a run without arguments)");
        self
    }

    /// The part that the check belongs to: what its name begins with.
    pub fn part(&self) -> &str {
        self.check.split('/').next().unwrap_or_default()
    }

    fn new(check: &str, status: Status, diagnosis: Option<Diagnosis>, evidence: String) -> Self {
        let check = check.to_owned();
        Self { check, status, evidence, diagnosis, earned_percent: None, timeline: Vec::new() }
    }

    /// The same, with who was at work when.
    #[must_use]
    pub fn with_timeline(self, timeline: Vec<Span>) -> Self {
        Self { timeline, ..self }
    }
}
