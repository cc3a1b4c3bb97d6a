//! The candidate of an exam: does the exercises with results that an examiner decides, so that it can
//! get the answer only from the examiner. `cargo lab` starts it, and is the examiner.
//!
//! Argument: `worker`, if it is the worker of a pool.
#![forbid(unsafe_code)]

use std::{
    env, error::Error, hint, io, num::NonZeroUsize, ops::Range, process::Command, sync::Arc,
};

use common::primality::is_prime_by_trial_division;
use exam::{
    Examiner,
    part1::{self, Assignment, TaskResults},
};
use part1_primes::{
    Found, Job, Keep, Method, RemoteWork, Variant, WorkerProgram,
    worker::{self, Task},
};
use process_pool::{ProcessPool, Settings};
use serde::Deserialize;
use sieve::SharedSieve;

/// The argument of a worker, as in every other run.
const WORKER: &str = "worker";

/// The numbers of a task for a worker.
#[derive(Deserialize)]
struct Numbers {
    from: u64,
    to: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let examiner = Examiner::of_this_program()?;
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    match &arguments[..] {
        [] => examiner.take_exam(|assignment| do_work(assignment, &examiner)),
        [role] if role == WORKER => serve(&examiner),
        _ => Ok(examiner.report_unexpected_start()?),
    }
}

/// Works for a pool: as in every other run if the worker is examined, or with results from the examiner.
fn serve(examiner: &Examiner) -> Result<(), Box<dyn Error>> {
    if let Assignment::Worker(_) = examiner.assignment()? {
        return Ok(worker::serve(None)?);
    }
    let find = |Numbers { from, to }| {
        // Costs CPU time, so that the kernel counts how much each process does.
        (from..to).for_each(|number| _ = hint::black_box(is_prime_by_trial_division(number)));
        decided(examiner, from..to).map_err(|error| error.to_string())
    };
    Ok(process_pool::serve(find)?)
}

fn do_work(assignment: Assignment, examiner: &Examiner) -> Result<TaskResults, Box<dyn Error>> {
    let program = process_pool::this_program()?;
    let arguments = vec![WORKER.into()];
    let instruments = Arc::new(()); // as large as those of every other run
    let remote_work = RemoteWork {
        program: WorkerProgram { path: program.clone(), arguments },
        method: Method::Trial,
        keep: Keep::List,
        watch: Box::new(move |_| drop(Arc::clone(&instruments))),
    };
    // As in every other run, so that a variant cannot tell an exam from it.
    let find = |variant: Variant, job: part1::Job, work: &(dyn Fn(Range<u64>) -> Found + Sync)| {
        let part1::Job { from, to, chunk, workers } = job;
        let job = Job { range: from..to, workers, chunk };
        Ok(vec![exam_result(variant.find_primes(&job, work, remote_work))])
    };
    let ask = |chunk| decided(examiner, chunk).expect("the examiner to stay until the end");
    match assignment {
        Assignment::Parallel(job) => find(Variant::Parallel, job, &ask),
        Assignment::Processes(job) => find(Variant::Processes, job, &ask),
        Assignment::Timed(job) => {
            let shared_sieve = SharedSieve::default();
            let work = |numbers| Method::Trial.find(numbers, Keep::Count, &shared_sieve);
            find(Variant::Parallel, job, &work)
        }
        Assignment::Worker(tasks) => {
            let mut worker = Command::new(program);
            worker.arg(WORKER);
            let pool = ProcessPool::start(Settings::new(worker, NonZeroUsize::MIN), |_| ())?;
            let found = pool.map(tasks.into_iter().map(task), NonZeroUsize::MIN);
            let found = found.map(exam_result).collect();
            pool.join();
            Ok(found)
        }
    }
}

/// The primes that the examiner has decided for these numbers.
fn decided(examiner: &Examiner, numbers: Range<u64>) -> io::Result<Found> {
    let part1::Found { count, primes } = examiner.piece(numbers)?;
    Ok(Found { count, primes })
}

/// A result in the form of the exam.
fn exam_result(found: Result<Found, impl Error>) -> Result<part1::Found, String> {
    let Found { count, primes } = found.map_err(|error| error.to_string())?;
    Ok(part1::Found { count, primes })
}

/// A task in the form of the part.
fn task(part1::Task { from, to, method, keep }: part1::Task) -> Task {
    let mut methods = Method::ALL.into_iter();
    let method = methods.find(|&one| examined(one) == Some(method)).expect("a method of the part");
    let keep = match keep {
        part1::Keep::List => Keep::List,
        part1::Keep::Count => Keep::Count,
    };
    Task::new(from..to, method, keep)
}

/// A method in the form of the exam, which does not ask for all; a new method does not compile without
/// an answer.
fn examined(method: Method) -> Option<part1::Method> {
    match method {
        Method::Trial => Some(part1::Method::Trial),
        Method::Strong => Some(part1::Method::Strong),
        Method::Simd => Some(part1::Method::Simd),
        Method::Sieve => Some(part1::Method::Sieve),
        Method::Count => None,
    }
}
