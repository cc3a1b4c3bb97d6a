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
}

/// What is wrong, as far as the evidence tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Diagnosis {
    /// It is still a `todo!`.
    Unwritten,
    /// It does not compile.
    DoesNotCompile,
    /// It is a source that the grader refuses.
    Refused,
    /// It ended early, hung, or used up too much.
    Crashed,
    /// Work was left out, or done twice.
    NotEachOnce,
    /// The answer is not what the work has found.
    WrongAnswer,
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
}

impl Diagnosis {
    /// One next step.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Unwritten => "write it: the hint stands in its place",
            Self::DoesNotCompile => "start with the compiler's first error",
            Self::Refused => "do without that; the exercise does not need it",
            Self::Crashed => "run the part's own tests, and look at the first panic",
            Self::NotEachOnce => "count the pieces: each is to be done, and just once",
            Self::WrongAnswer => "compare with the sequential variant on a short range",
            Self::WrongOrder => {
                "whoever is done first is not first in order: keep the number of each piece"
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
}

impl Verdict {
    /// A check that passed.
    pub fn passed(check: &str, evidence: impl Into<String>) -> Self {
        let evidence = evidence.into();
        Self { check: check.to_owned(), status: Status::Passed, evidence, diagnosis: None }
    }

    /// A check that failed.
    pub fn failed(check: &str, diagnosis: Diagnosis, evidence: impl Into<String>) -> Self {
        Self {
            check: check.to_owned(),
            status: Status::Failed,
            evidence: evidence.into(),
            diagnosis: Some(diagnosis),
        }
    }

    /// A check that has to wait for another one to pass.
    pub fn not_run(check: &str, other: &str) -> Self {
        Self {
            check: check.to_owned(),
            status: Status::NotRun,
            evidence: format!("it takes {other} first"),
            diagnosis: None,
        }
    }
}
