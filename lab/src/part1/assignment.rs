//! What a candidate is asked to do, and how it went about it.

use std::{
    fmt,
    num::NonZeroUsize,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Proof;
use crate::{
    examiner::{Examiner, Record, Reply},
    sandbox::{Outcome, Sandbox, SandboxError},
    seed::{Seed, says_yes},
};

/// Which exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Parallel,
    Processes,
}

/// A range of numbers, in chunks, for so many workers; what is to be found in it only the seed knows.
#[derive(Clone, Debug)]
pub(super) struct Job {
    numbers: Range<u64>,
    chunk: u64,
    workers: usize,
    seed: u64,
}

impl Job {
    /// So many whole chunks.
    pub(super) fn of_chunks(chunks: u64, workers: usize, seed: &mut Seed) -> Self {
        let (start, chunk) = (seed.within(0..1 << 40), seed.within(20..60));
        Self { numbers: start..start + chunks * chunk, chunk, workers, seed: seed.number() }
    }

    /// Some chunks, of which the last one is short.
    pub(super) fn ragged(seed: &mut Seed) -> Self {
        let mut job = Self::of_chunks(11, 3, seed);
        job.numbers.end -= seed.within(1..job.chunk);
        job
    }

    /// The chunks, in order.
    pub(super) fn chunks(&self) -> Vec<Range<u64>> {
        let starts =
            self.numbers.clone().step_by(usize::try_from(self.chunk).unwrap_or(usize::MAX));
        starts.map(|start| start..(start + self.chunk).min(self.numbers.end)).collect()
    }

    /// What is to be found in some numbers.
    fn found_in(&self, numbers: Range<u64>) -> Vec<u64> {
        numbers.filter(|&number| says_yes(self.seed, number)).collect()
    }

    /// What is to be found altogether.
    pub(super) fn answer(&self) -> Vec<u64> {
        self.found_in(self.numbers.clone())
    }
}

impl fmt::Display for Job {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { numbers, chunk, workers, .. } = self;
        let Range { start, end } = numbers;
        write!(formatter, "numbers {start}..{end}, {chunk} a chunk, {workers} workers")
    }
}

/// What is found in a chunk, as part 1 writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Found {
    pub(super) count: u64,
    #[serde(default)]
    pub(super) primes: Vec<u64>,
}

/// What a candidate says.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Question {
    Assignment,
    Chunk { from: u64, to: u64 },
    Result(Vec<Result<Found, String>>),
    Unwritten(String),
}

/// How a candidate ends.
#[derive(Clone, Debug)]
pub(super) enum Handed {
    /// With these results.
    In(Vec<Result<Found, String>>),
    /// With the news that there is something to be written.
    Unwritten(String),
}

/// All that was said while a candidate sat its exam.
#[derive(Default)]
struct Minutes {
    candidate: Option<u32>,
    asked: Vec<Range<u64>>,
    handed: Option<Handed>,
}

/// A candidate's exam, from beginning to end.
pub(super) struct Sitting {
    pub(super) job: Option<Job>,
    /// The process that was given the assignment.
    pub(super) candidate: Option<u32>,
    /// The chunks that were asked for, in that order.
    pub(super) asked: Vec<Range<u64>>,
    pub(super) handed: Option<Handed>,
    pub(super) record: Record,
    pub(super) outcome: Outcome,
}

impl Sitting {
    /// Has a job done, with a gate for so many chunks.
    pub(super) fn of_job(
        proof: &Proof,
        kind: Kind,
        job: Job,
        needed: NonZeroUsize,
    ) -> Result<Self, SandboxError> {
        let name = match kind {
            Kind::Parallel => "parallel",
            Kind::Processes => "processes",
        };
        let Job { numbers, chunk, workers, .. } = &job;
        let (from, to) = (numbers.start, numbers.end);
        let shape = json!({ "from": from, "to": to, "chunk": chunk, "workers": workers });
        let mut sitting = hold(proof, json!({ name: shape }), Some(job.clone()), needed)?;
        sitting.job = Some(job);
        Ok(sitting)
    }

    /// Has tasks done by a worker process.
    pub(super) fn of_worker(proof: &Proof, tasks: &[WorkerTask]) -> Result<Self, SandboxError> {
        hold(proof, json!({ "worker": { "tasks": tasks } }), None, NonZeroUsize::MIN)
    }
}

fn hold(
    proof: &Proof,
    assignment: Value,
    job: Option<Job>,
    needed: NonZeroUsize,
) -> Result<Sitting, SandboxError> {
    let sandbox = Sandbox::new(proof.limits.clone())?;
    let program = sandbox.admit(&proof.program)?;
    let minutes = Arc::new(Mutex::new(Minutes::default()));
    let paper = {
        let minutes = Arc::clone(&minutes);
        move |pid, question| {
            let question = serde_json::from_value(question).ok()?;
            let mut minutes = minutes.lock().unwrap_or_else(PoisonError::into_inner);
            match question {
                Question::Assignment => {
                    minutes.candidate.get_or_insert(pid);
                    Some(Reply::Now(assignment.clone()))
                }
                Question::Chunk { from, to } => {
                    let job = job.as_ref()?;
                    // Whatever else is asked for has no end that we would wait for.
                    let is_sane = to.checked_sub(from)? <= job.chunk;
                    minutes.asked.push(from..to);
                    let primes = if is_sane { job.found_in(from..to) } else { Vec::new() };
                    Some(Reply::Held(json!({ "count": primes.len(), "primes": primes })))
                }
                Question::Result(results) => {
                    minutes.handed.get_or_insert(Handed::In(results));
                    Some(Reply::Now(Value::Null))
                }
                Question::Unwritten(hint) => {
                    minutes.handed.get_or_insert(Handed::Unwritten(hint));
                    Some(Reply::Now(Value::Null))
                }
            }
        }
    };
    let examiner = Examiner::serve(sandbox.folder(), needed, proof.patience, paper)?;
    let outcome = sandbox.start(&program, vec![examiner.path().into()])?.wait()?;
    let record = examiner.record();
    drop(examiner);
    let Minutes { candidate, asked, handed } =
        std::mem::take(&mut *minutes.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Sitting { job: None, candidate, asked, handed, record, outcome })
}

/// A task of a worker process, as part 1 writes it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct WorkerTask {
    pub(super) from: u64,
    pub(super) to: u64,
    method: &'static str,
    keep: &'static str,
}

impl WorkerTask {
    /// Whether the primes themselves are asked for.
    pub(super) fn is_list(&self) -> bool {
        self.keep == "list"
    }
}

/// Tasks of all kinds.
pub(super) fn worker_tasks(seed: &mut Seed) -> Vec<WorkerTask> {
    let mut tasks = Vec::new();
    for method in ["trial", "strong", "sieve"] {
        for keep in ["list", "count"] {
            let from = seed.within(0..1 << 36);
            tasks.push(WorkerTask { from, to: from + seed.within(100..900), method, keep });
        }
    }
    tasks
}
