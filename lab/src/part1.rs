//! The checks of part 1: primes in chunks, whose answers the examiner decides.

mod assignment;
#[cfg(test)]
mod mutants;
mod results;

use std::ops::{Range, RangeInclusive};

use exam::part1::{self, Assignment};

use self::assignment::{Job, large_worker_tasks, small_worker_tasks};
use crate::{
    diagnose::{self, Fault},
    exam_session::{ExamSession, ExamSetup},
    examiner::Reply,
    exercise_check::Check,
    piece_gate::ReleaseRule,
    sandbox::SandboxError,
    seed::Seed,
    verdict::{Diagnosis, Verdict},
};

/// The number of threads or processes, whatever the machine has.
const WORKERS: usize = 4;

/// The number of workers that the lab's own job may have. Other runs have as many as the machine
/// has cores; shares of its 200 chunks for more workers than these are too unequal.
const LAB_WORKERS: RangeInclusive<usize> = 2..=8;

/// The number of workers in hidden checks.
const OTHER_WORKERS: Range<u64> = 5..8;

/// The number of chunks for each worker, where it does not matter.
const CHUNKS_EACH: usize = 12;

/// The checks of `primes_parallel`.
pub const PARALLEL: &[Check] = &[
    Check {
        name: "part1/parallel/answer",
        prerequisite: None,
        points: 2,
        prove: |setup, check| all_found(setup, check, Kind::Parallel),
    },
    Check {
        name: "part1/parallel/overlap",
        prerequisite: Some("part1/parallel/answer"),
        points: 4,
        prove: |setup, check| overlap(setup, check, Kind::Parallel),
    },
    Check {
        name: "part1/parallel/bound",
        prerequisite: Some("part1/parallel/overlap"),
        points: 1,
        prove: |setup, check| bound(setup, check, Kind::Parallel),
    },
];

/// The checks of a worker process.
pub const WORKER: &[Check] =
    &[Check { name: "part1/worker/answer", prerequisite: None, points: 2, prove: worker }];

/// The checks of `primes_processes`.
pub const PROCESSES: &[Check] = &[
    Check {
        name: "part1/processes/answer",
        prerequisite: None,
        points: 2,
        prove: |setup, check| all_found(setup, check, Kind::Processes),
    },
    Check {
        name: "part1/processes/overlap",
        prerequisite: Some("part1/processes/answer"),
        points: 4,
        prove: |setup, check| overlap(setup, check, Kind::Processes),
    },
    Check {
        name: "part1/processes/bound",
        prerequisite: Some("part1/processes/overlap"),
        points: 1,
        prove: |setup, check| bound(setup, check, Kind::Processes),
    },
];

/// The exercise under check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Parallel,
    Processes,
}

impl Kind {
    /// The assignment of this job.
    fn assignment(self, job: part1::Job) -> Assignment {
        match self {
            Self::Parallel => Assignment::Parallel(job),
            Self::Processes => Assignment::Processes(job),
        }
    }

    /// The verdict on who was at work at once: threads, or processes.
    fn at_once(self, check: &str, session: &ExamSession, workers: usize) -> Verdict {
        match self {
            Self::Parallel => diagnose::threads(check, session, workers),
            Self::Processes => diagnose::processes(check, session, workers),
        }
    }
}

/// Checks that all workers are at work at once, in every wave.
fn overlap(setup: &ExamSetup, check: &str, kind: Kind) -> Result<Verdict, SandboxError> {
    let job = Job::of_chunks(chunks_for(WORKERS), WORKERS, &mut Seed::fresh());
    at_once(setup, check, kind, &job)
}

/// Checks that no more workers are at work than allowed. One thing at a time keeps to every bound,
/// so that this takes a proof of concurrency first.
fn bound(setup: &ExamSetup, check: &str, kind: Kind) -> Result<Verdict, SandboxError> {
    let fewer = WORKERS - 1;
    // One more than goes into equal shares: a worker of its own for the rest is one too many.
    let job = Job::of_chunks(chunks_for(fewer) + 1, fewer, &mut Seed::fresh());
    let (session, fault) = examine(setup, kind, &job, ReleaseRule::AllWhenStill)?;
    Ok(diagnose::verdict(check, fault, || diagnose::bound(check, &session, fewer)))
}

/// The verdict on a job whose chunks are released in waves only.
fn at_once(setup: &ExamSetup, check: &str, kind: Kind, job: &Job) -> Result<Verdict, SandboxError> {
    let waves = ReleaseRule::waves(job.workers(), 1, job.chunks().len());
    let (session, fault) = examine(setup, kind, job, waves)?;
    Ok(diagnose::verdict(check, fault, || kind.at_once(check, &session, job.workers())))
}

/// A number of chunks that is the same for each worker.
fn chunks_for(workers: usize) -> u64 {
    (workers * CHUNKS_EACH) as u64
}

/// The verdict on `primes_parallel` with a random number of workers, and on the job of a run
/// without arguments.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn parallel_in_other_sizes(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    in_other_sizes(setup, check, Kind::Parallel)
}

/// The verdict on `primes_processes` in the same way.
///
/// # Errors
/// When the submission cannot be run at all.
pub fn processes_in_other_sizes(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    in_other_sizes(setup, check, Kind::Processes)
}

fn in_other_sizes(setup: &ExamSetup, check: &str, kind: Kind) -> Result<Verdict, SandboxError> {
    let mut seed = Seed::fresh();
    let workers = seed.size(OTHER_WORKERS);
    let unknown = Job::of_chunks(chunks_for(workers), workers, &mut seed);
    let as_many_as_cores = report::cores().get().clamp(*LAB_WORKERS.start(), *LAB_WORKERS.end());
    let of_the_lab = Job::of_the_lab(as_many_as_cores);
    let first = at_once(&setup.with_timeouts_of_the_lab(), check, kind, &of_the_lab)?;
    if first.status.is_bad() {
        return Ok(first.of_a_run_without_arguments());
    }
    at_once(setup, check, kind, &unknown)
}

/// The verdict on a worker process: it has to find the right primes.
fn worker(setup: &ExamSetup, check: &str) -> Result<Verdict, SandboxError> {
    let mut seed = Seed::fresh();
    let mut count = 0;
    // A mistake shows in a few numbers first, where it costs little.
    for tasks in [small_worker_tasks(&mut seed), large_worker_tasks(&mut seed)] {
        let assignment = Assignment::Worker(tasks.iter().map(|task| task.task.clone()).collect());
        let session = setup.examine(assignment, ReleaseRule::AllWhenStill, |_| None)?;
        if let Err((diagnosis, evidence)) = results::check_worker(&session, &tasks) {
            return Ok(Verdict::failed(check, diagnosis, evidence));
        }
        count += tasks.len();
    }
    let evidence =
        "tasks of all methods, each done as asked, or refused where the method cannot do it";
    Ok(Verdict::passed(check, format!("{count} {evidence}")))
}

/// Checks that all primes reach the answer, for jobs of several shapes.
fn all_found(setup: &ExamSetup, check: &str, kind: Kind) -> Result<Verdict, SandboxError> {
    let jobs = answer_jobs(&mut Seed::fresh());
    let count = jobs.len();
    let mut chunks = 0;
    for (number, job) in jobs.into_iter().enumerate() {
        chunks += job.chunks().len();
        // Results in the order in which they came, or in that of the workers, are in a wrong order.
        let rule = if number == 1 {
            ReleaseRule::AllWhenStill
        } else {
            ReleaseRule::first_last(&job.chunks())
        };
        if let Err((diagnosis, evidence)) = examine(setup, kind, &job, rule)?.1 {
            let evidence = match diagnosis {
                Diagnosis::Unwritten => evidence,
                _ => format!("{evidence} ({job})"),
            };
            return Ok(Verdict::failed(check, diagnosis, evidence));
        }
    }
    if let Err((diagnosis, evidence)) = one_refused(setup, kind)? {
        return Ok(Verdict::failed(check, diagnosis, evidence));
    }
    let evidence = format!(
        "{count} jobs with {chunks} chunks: each chunk was done once, and the answers have all that \
         was found, in order; a job with a chunk that failed had no answer"
    );
    Ok(Verdict::passed(check, evidence))
}

/// Checks that a job fails if one of its chunks does.
fn one_refused(setup: &ExamSetup, kind: Kind) -> Result<Result<(), Fault>, SandboxError> {
    let job = Job::of_chunks(chunks_for(WORKERS), WORKERS, &mut Seed::fresh());
    let chunks = job.chunks();
    let refused = chunks[chunks.len() / 2].clone();
    let answers = job.clone();
    let piece = {
        let refused = refused.clone();
        move |numbers| {
            if numbers == refused { None } else { answers.piece(numbers).map(Reply::now) }
        }
    };
    let session =
        setup.examine(kind.assignment(job.for_candidate()), ReleaseRule::AllWhenStill, piece)?;
    Ok(results::check_no_answer(&session, &refused))
}

/// Jobs in which every known mistake changes the answer: they differ in the number and size of
/// chunks.
fn answer_jobs(seed: &mut Seed) -> [Job; 7] {
    [
        Job::of_chunks(chunks_for(WORKERS), WORKERS, seed),
        Job::with_short_last_chunk(11, 7, 3, seed),
        Job::with_short_last_chunk(WORKERS as u64 + 1, 1, WORKERS, seed),
        Job::of_chunks(1, WORKERS, seed),
        Job::of_chunks(2, WORKERS, seed),
        Job::of_chunks(7, 1, seed),
        Job::of_chunks(0, WORKERS, seed),
    ]
}

/// Examines a job whose chunks are held back by a rule.
fn examine(
    setup: &ExamSetup,
    kind: Kind,
    job: &Job,
    rule: ReleaseRule,
) -> Result<(ExamSession, Result<(), Fault>), SandboxError> {
    let answers = job.clone();
    let piece = move |numbers| answers.piece(numbers).map(Reply::held);
    let session = setup.examine(kind.assignment(job.for_candidate()), rule, piece)?;
    let fault = results::check_job(&session, job);
    Ok((session, fault))
}
