//! The proofs of part 1: chunks whose finds are decided here.

mod assignment;
mod judge;
#[cfg(test)]
mod mutants;

use std::ops::Range;

use common::report;
use exam::part1::Assignment;

use self::assignment::{Job, large_worker_tasks, small_worker_tasks};
use crate::{
    diagnose::{self, Trouble},
    examiner::Reply,
    hold::Rule,
    sandbox::SandboxError,
    seed::Seed,
    sitting::{Proof, Sitting},
    verdict::{Diagnosis, Verdict},
};

/// How many threads or processes are asked for, whatever the machine has.
const WORKERS: usize = 4;

/// How many workers the lab's own job may have: its 200 chunks go into so many equal shares. Other runs have
/// as many workers as the machine has cores.
const LAB_WORKERS: [usize; 4] = [2, 4, 5, 8];

/// How many it is in checks that students do not know.
const OTHER_WORKERS: Range<u64> = 5..8;

/// How many chunks there are for each worker, where it does not matter.
const CHUNKS_EACH: usize = 12;

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
    let checks = ["part1/parallel/answer", "part1/parallel/overlap", "part1/parallel/bound"];
    all_checks(proof, checks, Kind::Parallel, diagnose::threads)
}

/// The verdicts on `primes_processes`.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn processes(proof: &Proof) -> Result<Vec<Verdict>, SandboxError> {
    let checks = ["part1/processes/answer", "part1/processes/overlap", "part1/processes/bound"];
    all_checks(proof, checks, Kind::Processes, diagnose::processes)
}

fn all_checks(
    proof: &Proof,
    [answer, overlap, bound]: [&str; 3],
    kind: Kind,
    look: fn(&str, &Sitting, usize) -> Verdict,
) -> Result<Vec<Verdict>, SandboxError> {
    let first = all_found(proof, answer, kind)?;
    if first.diagnosis.is_some() {
        let others = [overlap, bound].map(|check| Verdict::not_run(check, answer));
        return Ok([vec![first], others.to_vec()].concat());
    }
    let job = Job::of_chunks(chunks_for(WORKERS), WORKERS, &mut Seed::fresh());
    let second = at_once(proof, overlap, kind, &job, look)?;
    // One thing at a time keeps to every bound.
    if second.diagnosis.is_some() {
        return Ok(vec![first, second, Verdict::not_run(bound, overlap)]);
    }
    let fewer = WORKERS - 1;
    let job = Job::of_chunks(chunks_for(fewer), fewer, &mut Seed::fresh());
    let (sitting, trouble) = sit(proof, kind, &job, Rule::AllThatCome)?;
    let third = diagnose::verdict(bound, trouble, || diagnose::bound(bound, &sitting, fewer));
    Ok(vec![first, second, third])
}

/// The verdict on a job whose chunks go on in waves only.
fn at_once(
    proof: &Proof,
    check: &str,
    kind: Kind,
    job: &Job,
    look: fn(&str, &Sitting, usize) -> Verdict,
) -> Result<Verdict, SandboxError> {
    let waves = Rule::waves(job.workers(), job.chunks().len());
    let (sitting, trouble) = sit(proof, kind, job, waves)?;
    Ok(diagnose::verdict(check, trouble, || look(check, &sitting, job.workers())))
}

/// A whole number of chunks for each worker.
fn chunks_for(workers: usize) -> u64 {
    (workers * CHUNKS_EACH) as u64
}

/// The verdict on `primes_parallel` with a number of workers that is not known before, and on the job of
/// every other run, so that an exam is not known by its numbers.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn parallel_in_other_sizes(proof: &Proof) -> Result<Vec<Verdict>, SandboxError> {
    in_other_sizes(proof, "part1/parallel/other-sizes", Kind::Parallel, diagnose::threads)
}

/// The verdict on `primes_processes` in the same way.
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
    let unknown = Job::of_chunks(chunks_for(workers), workers, &mut seed);
    let cores = report::cores().get();
    let as_many_as_cores = LAB_WORKERS.into_iter().rfind(|&workers| workers <= cores);
    let of_the_lab = Job::of_the_lab(as_many_as_cores.unwrap_or(LAB_WORKERS[0]), &mut seed);
    let first = at_once(proof, check, kind, &of_the_lab, look)?;
    if first.status.is_bad() {
        return Ok(vec![first.in_every_other_run()]);
    }
    Ok(vec![at_once(proof, check, kind, &unknown, look)?])
}

/// The verdict on what a worker process does: whether it finds the primes that there are.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn worker(proof: &Proof) -> Result<Vec<Verdict>, SandboxError> {
    let check = "part1/worker/answer";
    let mut seed = Seed::fresh();
    let mut count = 0;
    // A mistake shows in a few numbers first, where it costs little.
    for tasks in [small_worker_tasks(&mut seed), large_worker_tasks(&mut seed)] {
        let assignment = Assignment::Worker(tasks.iter().map(|task| task.task.clone()).collect());
        let sitting = proof.sit(assignment, Rule::AllThatCome, |_| None)?;
        if let Err((diagnosis, evidence)) = judge::worker(&sitting, &tasks) {
            return Ok(vec![Verdict::failed(check, diagnosis, evidence)]);
        }
        count += tasks.len();
    }
    let evidence = "tasks of all methods, each done as asked, or refused where the method cannot";
    Ok(vec![Verdict::passed(check, format!("{count} {evidence}"))])
}

/// Whether all that is found reaches the answer, for jobs of several shapes.
fn all_found(proof: &Proof, check: &str, kind: Kind) -> Result<Verdict, SandboxError> {
    let jobs = answer_jobs(&mut Seed::fresh());
    let count = jobs.len();
    let mut chunks = 0;
    for (number, job) in jobs.into_iter().enumerate() {
        chunks += job.chunks().len();
        // Results in the order in which they came, or in that of the workers, are in a wrong order.
        let rule = if number == 1 { Rule::AllThatCome } else { Rule::first_last(&job.chunks()) };
        if let Err((diagnosis, evidence)) = sit(proof, kind, &job, rule)?.1 {
            let evidence = match diagnosis {
                Diagnosis::Unwritten => evidence,
                _ => format!("{evidence} ({job})"),
            };
            return Ok(Verdict::failed(check, diagnosis, evidence));
        }
    }
    if let Err((diagnosis, evidence)) = one_refused(proof, kind)? {
        return Ok(Verdict::failed(check, diagnosis, evidence));
    }
    let evidence = format!(
        "{chunks} chunks of {count} jobs, each done once, and all that was found in them is in the \
         answer, in order; where a chunk could not be done, there was none"
    );
    Ok(Verdict::passed(check, evidence))
}

/// Whether there is no answer where one chunk cannot be done.
fn one_refused(proof: &Proof, kind: Kind) -> Result<Result<(), Trouble>, SandboxError> {
    let job = Job::of_chunks(chunks_for(WORKERS), WORKERS, &mut Seed::fresh());
    let chunks = job.chunks();
    let refused = chunks[chunks.len() / 2].clone();
    let finds = job.clone();
    let piece = {
        let refused = refused.clone();
        move |numbers| {
            if numbers == refused { None } else { finds.piece(numbers).map(Reply::now) }
        }
    };
    let sitting = proof.sit(job.assignment(kind), Rule::AllThatCome, piece)?;
    Ok(judge::no_answer(&sitting, &refused))
}

/// Jobs in which every mistake of a known kind changes the answer: of many chunks; one more than
/// workers, fewer, one, none; and with last chunks of one number or a few.
fn answer_jobs(seed: &mut Seed) -> [Job; 7] {
    [
        Job::of_chunks(chunks_for(WORKERS), WORKERS, seed),
        Job::ragged(11, 7, 3, seed),
        Job::ragged(WORKERS as u64 + 1, 1, WORKERS, seed),
        Job::of_chunks(1, WORKERS, seed),
        Job::of_chunks(2, WORKERS, seed),
        Job::of_chunks(7, 1, seed),
        Job::of_chunks(0, WORKERS, seed),
    ]
}

/// Has a job done, whose chunks are held back by a rule.
fn sit(
    proof: &Proof,
    kind: Kind,
    job: &Job,
    rule: Rule,
) -> Result<(Sitting, Result<(), Trouble>), SandboxError> {
    let finds = job.clone();
    let piece = move |numbers| finds.piece(numbers).map(Reply::held);
    let sitting = proof.sit(job.assignment(kind), rule, piece)?;
    let trouble = judge::job(&sitting, job);
    Ok((sitting, trouble))
}
