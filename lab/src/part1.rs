//! The proofs of part 1: chunks whose finds are decided here.

mod assignment;
mod judge;

use std::ops::Range;

use self::assignment::{Job, worker_tasks};
use crate::{
    diagnose::{self, Trouble},
    examiner::Reply,
    sandbox::SandboxError,
    seed::{Seed, pieces_for},
    sitting::{Proof, Sitting},
    verdict::{Diagnosis, Verdict},
};

/// How many threads or processes are asked for, whatever the machine has.
const WORKERS: usize = 4;

/// How many it is in checks that nobody knows.
const OTHER_WORKERS: Range<u64> = 5..8;

/// How many chunks there are, where it does not matter.
const CHUNKS: u64 = 40;

/// Which exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Parallel,
    Processes,
}

/// The verdicts on `primes_parallel`.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn parallel(proof: &Proof) -> Result<Vec<Verdict>, SandboxError> {
    let [answer, overlap, bound] =
        ["part1/parallel/answer", "part1/parallel/overlap", "part1/parallel/bound"];
    let first = all_found(proof, answer, Kind::Parallel)?;
    if first.diagnosis.is_some() {
        let others = [overlap, bound].map(|check| Verdict::not_run(check, answer));
        return Ok([vec![first], others.to_vec()].concat());
    }
    let job = Job::of_chunks(CHUNKS, WORKERS, &mut Seed::fresh());
    let (sitting, trouble) = sit(proof, Kind::Parallel, &job, WORKERS)?;
    let second =
        diagnose::verdict(overlap, trouble, || diagnose::threads(overlap, &sitting, WORKERS));
    // Whoever does one thing at a time keeps to every bound.
    if second.diagnosis.is_some() {
        return Ok(vec![first, second, Verdict::not_run(bound, overlap)]);
    }
    let fewer = WORKERS - 1;
    let job = Job::of_chunks(CHUNKS, fewer, &mut Seed::fresh());
    let (sitting, trouble) = sit(proof, Kind::Parallel, &job, WORKERS)?;
    let bound = diagnose::verdict(bound, trouble, || diagnose::bound(bound, &sitting, fewer));
    Ok(vec![first, second, bound])
}

/// The verdicts on `primes_processes`.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn processes(proof: &Proof) -> Result<Vec<Verdict>, SandboxError> {
    let [answer, overlap] = ["part1/processes/answer", "part1/processes/overlap"];
    let first = all_found(proof, answer, Kind::Processes)?;
    if first.diagnosis.is_some() {
        return Ok(vec![first, Verdict::not_run(overlap, answer)]);
    }
    let job = Job::of_chunks(CHUNKS, WORKERS, &mut Seed::fresh());
    let (sitting, trouble) = sit(proof, Kind::Processes, &job, WORKERS)?;
    let second =
        diagnose::verdict(overlap, trouble, || diagnose::processes(overlap, &sitting, WORKERS));
    Ok(vec![first, second])
}

/// The verdict on `primes_parallel` with as many workers as nobody knows before.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn parallel_in_other_sizes(proof: &Proof) -> Result<Vec<Verdict>, SandboxError> {
    in_other_sizes(proof, "part1/parallel/other-sizes", Kind::Parallel, diagnose::threads)
}

/// The verdict on `primes_processes` with as many workers as nobody knows before.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn processes_in_other_sizes(proof: &Proof) -> Result<Vec<Verdict>, SandboxError> {
    in_other_sizes(proof, "part1/processes/other-sizes", Kind::Processes, diagnose::processes)
}

fn in_other_sizes(
    proof: &Proof,
    check: &str,
    kind: Kind,
    look: fn(&str, &Sitting, usize) -> Verdict,
) -> Result<Vec<Verdict>, SandboxError> {
    let mut seed = Seed::fresh();
    let workers = seed.size(OTHER_WORKERS);
    let job = Job::of_chunks(pieces_for(workers) as u64, workers, &mut seed);
    let (sitting, trouble) = sit(proof, kind, &job, workers)?;
    Ok(vec![diagnose::verdict(check, trouble, || look(check, &sitting, workers))])
}

/// The verdict on what a worker process does: whether it finds the primes that there are.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn worker(proof: &Proof) -> Result<Vec<Verdict>, SandboxError> {
    let check = "part1/worker/answer";
    let tasks = worker_tasks(&mut Seed::fresh());
    let assignment = serde_json::json!({ "worker": { "tasks": tasks } });
    let sitting = proof.sit(assignment, 1, |_| None)?;
    Ok(vec![diagnose::verdict(check, judge::worker(&sitting, &tasks), || {
        let evidence = "tasks that nobody knew before, each done as asked";
        Verdict::passed(check, format!("{} {evidence}", tasks.len()))
    })])
}

/// Whether all that is found reaches the answer, for jobs of several shapes.
fn all_found(proof: &Proof, check: &str, kind: Kind) -> Result<Verdict, SandboxError> {
    let mut seed = Seed::fresh();
    let mut chunks = 0;
    let jobs = [
        Job::of_chunks(CHUNKS, WORKERS, &mut seed),
        Job::ragged(&mut seed),
        Job::of_chunks(1, WORKERS, &mut seed),
        Job::of_chunks(2, WORKERS, &mut seed),
        Job::of_chunks(7, 1, &mut seed),
        Job::of_chunks(0, WORKERS, &mut seed),
    ];
    for job in jobs {
        chunks += job.chunks().len();
        if let Err((diagnosis, evidence)) = sit(proof, kind, &job, 1)?.1 {
            let evidence = match diagnosis {
                Diagnosis::Unwritten => evidence,
                _ => format!("{evidence} ({job})"),
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

/// Has a job done, with a gate for so many chunks.
fn sit(
    proof: &Proof,
    kind: Kind,
    job: &Job,
    needed: usize,
) -> Result<(Sitting, Result<(), Trouble>), SandboxError> {
    let finds = job.clone();
    let sitting = proof
        .sit(job.assignment(kind), needed, move |numbers| finds.piece(numbers).map(Reply::Held))?;
    let trouble = judge::job(&sitting, job);
    Ok((sitting, trouble))
}
