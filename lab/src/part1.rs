//! The proofs of part 1: work that is decided here, one chunk at a time, and held back until enough
//! of it is under way.

mod assignment;
mod diagnose;

use std::{collections::BTreeSet, num::NonZeroUsize, path::PathBuf, time::Duration};

use self::assignment::{Job, Kind, Sitting, worker_tasks};
use crate::{
    sandbox::SandboxError,
    seed::Seed,
    verdict::{Diagnosis, Verdict},
    warden::Limits,
};

/// How many threads or processes are asked for, whatever the machine has.
const WORKERS: usize = 4;

/// What is needed to examine a submission.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The candidate's program, `part1_exam`.
    pub program: PathBuf,
    /// How long work is held back when nobody else turns up.
    pub patience: Duration,
    /// What a run may use up.
    pub limits: Limits,
}

impl Proof {
    /// The verdicts on `primes_parallel`.
    ///
    /// # Errors
    /// When the submission cannot be run at all.
    pub fn parallel(&self) -> Result<Vec<Verdict>, SandboxError> {
        let [answer, overlap, bound] =
            ["part1/parallel/answer", "part1/parallel/overlap", "part1/parallel/bound"];
        let first = self.answer(answer, Kind::Parallel)?;
        if first.diagnosis.is_some() {
            return Ok(vec![
                first,
                Verdict::not_run(overlap, answer),
                Verdict::not_run(bound, answer),
            ]);
        }
        let sitting =
            self.sit(Kind::Parallel, Job::of_chunks(40, WORKERS, &mut Seed::fresh()), WORKERS)?;
        let overlap = diagnose::threads(overlap, &sitting, WORKERS);
        let fewer = WORKERS - 1;
        let job = Job::of_chunks(40, fewer, &mut Seed::fresh());
        let bound = diagnose::bound(bound, &self.sit(Kind::Parallel, job, WORKERS)?, fewer);
        Ok(vec![first, overlap, bound])
    }

    /// The verdicts on `primes_processes`.
    ///
    /// # Errors
    /// When the submission cannot be run at all.
    pub fn processes(&self) -> Result<Vec<Verdict>, SandboxError> {
        let [answer, overlap] = ["part1/processes/answer", "part1/processes/overlap"];
        let first = self.answer(answer, Kind::Processes)?;
        if first.diagnosis.is_some() {
            let overlap = Verdict::not_run(overlap, answer);
            return Ok(vec![first, overlap]);
        }
        let job = Job::of_chunks(40, WORKERS, &mut Seed::fresh());
        let sitting = self.sit(Kind::Processes, job, WORKERS)?;
        Ok(vec![first, diagnose::processes(overlap, &sitting, WORKERS)])
    }

    /// The verdict on what a worker process does: whether it finds the primes that there are.
    ///
    /// # Errors
    /// When the submission cannot be run at all.
    pub fn worker(&self) -> Result<Vec<Verdict>, SandboxError> {
        let check = "part1/worker/answer";
        let tasks = worker_tasks(&mut Seed::fresh());
        let sitting = Sitting::of_worker(self, &tasks)?;
        Ok(vec![match diagnose::worker(&sitting, &tasks) {
            Some((diagnosis, evidence)) => Verdict::failed(check, diagnosis, evidence),
            None => Verdict::passed(
                check,
                format!("{} tasks that nobody knew before, each done as asked", tasks.len()),
            ),
        }])
    }

    /// Whether all that is found reaches the answer, for jobs of several shapes.
    fn answer(&self, check: &str, kind: Kind) -> Result<Verdict, SandboxError> {
        let mut seed = Seed::fresh();
        let mut chunks = 0;
        let jobs = [
            Job::of_chunks(40, WORKERS, &mut seed),
            Job::ragged(&mut seed),
            Job::of_chunks(1, WORKERS, &mut seed),
            Job::of_chunks(2, WORKERS, &mut seed),
            Job::of_chunks(7, 1, &mut seed),
            Job::of_chunks(0, WORKERS, &mut seed),
        ];
        for job in jobs {
            chunks += job.chunks().len();
            let shape = job.to_string();
            let sitting = self.sit(kind, job, 1)?;
            if let Some((diagnosis, evidence)) = diagnose::trouble(&sitting) {
                let evidence = match diagnosis {
                    Diagnosis::Unwritten => evidence,
                    _ => format!("{evidence} ({shape})"),
                };
                return Ok(Verdict::failed(check, diagnosis, evidence));
            }
        }
        let evidence = format!(
            "{chunks} chunks of 6 jobs, each done once, and all that was found in them is in the \
             answer, in order"
        );
        Ok(Verdict::passed(check, evidence))
    }

    fn sit(&self, kind: Kind, job: Job, needed: usize) -> Result<Sitting, SandboxError> {
        let needed = NonZeroUsize::new(needed).expect("a gate for somebody");
        Sitting::of_job(self, kind, job, needed)
    }
}

/// Names, as a list.
fn listed(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// What a failure is called, and what was seen of it.
type Trouble = (Diagnosis, String);
