//! The verdict on a check: its status, the evidence, a diagnosis and one next step.

use serde::{Deserialize, Serialize};

/// The status of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The check is proved.
    Passed,
    /// The check is disproved, or cannot be proved.
    Failed,
    /// The check was not run, since its prerequisite failed.
    NotRun,
    /// The check cannot be proved on this machine; students lose no points by that.
    NotJudged,
}

impl Status {
    /// The name in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotRun => "not run",
            Self::NotJudged => "not judged",
        }
    }

    /// Whether the student has something left to do.
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Failed | Self::NotRun)
    }
}

/// What is wrong, according to the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Diagnosis {
    /// The exercise is still a `todo!`.
    Unwritten,
    /// The submission does not compile.
    DoesNotCompile,
    /// The grader refuses the source or the archive.
    Refused,
    /// The program ended early, hung, or exceeded a limit.
    Crashed,
    /// Work was left out, or done twice.
    NotEachOnce,
    /// The answer is not what the work has found.
    WrongAnswer,
    /// A piece of work failed, and the answer does not say so.
    ErrorLost,
    /// The results are right, in the wrong order.
    WrongOrder,
    /// One worker does one piece after another.
    OneAfterAnother,
    /// Each worker is joined before the next one starts.
    JoinedInTheLoop,
    /// The workers wait for each other.
    BehindALock,
    /// Some workers are at work, others are not.
    NotAllWorkers,
    /// More workers are at work than were asked for.
    TooManyWorkers,
    /// A thread has the wrong name.
    WrongName,
    /// The workers are threads of one process instead of processes.
    ThreadsPosingAsProcesses,
    /// The workers were started by another process, such as a shell.
    Grandchildren,
    /// Requests have no signature.
    Unsigned,
    /// Requests have a wrong signature.
    WronglySigned,
    /// Requests use a nonce twice.
    NonceReused,
    /// A secret was printed.
    SecretsTold,
}

impl Diagnosis {
    /// The name in words.
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
            Self::Unwritten => "write the exercise: its `todo!` has a hint",
            Self::DoesNotCompile => "start with the compiler's first error",
            Self::Refused => "remove what the grader refuses; the exercise does not need it",
            Self::Crashed => "run the part's own tests, and look at the first panic",
            Self::NotEachOnce => "count the pieces: do each exactly once",
            Self::WrongAnswer => {
                "compare your answer with that of the sequential variant, on a small job"
            }
            Self::ErrorLost => {
                "pass each error on with `?`, and do not hide a panic: a thread's `join` returns both"
            }
            Self::WrongOrder => {
                "pieces do not end in the order in which they began: put the results back in order"
            }
            Self::OneAfterAnother => "start all workers before you wait for any of them",
            Self::JoinedInTheLoop => "keep the handles, and join them in a second loop",
            Self::BehindALock => {
                "hold no lock while you call `work`: lock only to take a piece, or to store a result"
            }
            Self::NotAllWorkers => {
                "check that every worker gets a piece of work while the others work"
            }
            Self::TooManyWorkers => {
                "start only as many workers as the job says, and give each several pieces"
            }
            Self::WrongName => "name each thread when you start it, with `thread::Builder`",
            Self::ThreadsPosingAsProcesses => {
                "start processes with the pool: threads of one process share a PID"
            }
            Self::Grandchildren => {
                "start each worker from the main process itself, without a shell in between"
            }
            Self::Unsigned => "send the header `Authorization` with each request",
            Self::WronglySigned => {
                "sign exactly what you send: the method, the address and the query"
            }
            Self::NonceReused => "sign each request separately, with a new nonce",
            Self::SecretsTold => "print no keys and no tokens, not even for debugging",
        }
    }
}

/// The verdict on a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The name of the check, such as `part1/parallel/overlap`.
    pub check: String,
    /// The status of the check.
    pub status: Status,
    /// The evidence, in a sentence.
    pub evidence: String,
    /// The diagnosis, if something is wrong.
    pub diagnosis: Option<Diagnosis>,
    /// The percentage of the points that is earned, where it is not all or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned_percent: Option<u8>,
    /// The spans of the workers, if the check is about concurrency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<Span>,
}

/// A piece of work that the gate has held, from its request to its release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The worker's process id, according to the kernel.
    pub pid: u32,
    /// The name of the worker's thread; empty if unknown.
    pub thread: String,
    /// The id of that thread, if the kernel knows it: threads may share a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tid: Option<u32>,
    /// A label for the piece of work.
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

    /// A check that is not run, since `other` has not passed.
    pub fn not_run(check: &str, other: &str) -> Self {
        Self::new(check, Status::NotRun, None, format!("{other} has to pass first"))
    }

    /// A check that cannot be proved on this machine.
    pub fn not_judged(check: &str, evidence: impl Into<String>) -> Self {
        Self::new(check, Status::NotJudged, None, evidence.into())
    }

    /// The verdict, with a note that it is about the numbers of a run without arguments.
    pub(crate) fn of_a_run_without_arguments(mut self) -> Self {
        self.evidence.push_str(" (the numbers are those of a run without arguments)");
        self
    }

    /// The part of the check, with which its name begins.
    pub fn part(&self) -> &str {
        self.check.split('/').next().unwrap_or_default()
    }

    fn new(check: &str, status: Status, diagnosis: Option<Diagnosis>, evidence: String) -> Self {
        let check = check.to_owned();
        Self { check, status, evidence, diagnosis, earned_percent: None, timeline: Vec::new() }
    }

    /// The verdict, with a timeline.
    #[must_use]
    pub fn with_timeline(self, timeline: Vec<Span>) -> Self {
        Self { timeline, ..self }
    }
}
