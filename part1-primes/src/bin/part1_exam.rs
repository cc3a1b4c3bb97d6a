//! The candidate of an exam: does the exercises with work that an examiner decides, so that the
//! answer can come only through it. `cargo lab` starts it, and is the examiner.
//!
//! Argument: what to be, if it is the worker of a pool.
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

/// A task of a pool's worker, as far as it matters to the examiner.
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

/// Is a worker: of the part if that is what is examined, or one whose finds the examiner decides.
fn serve(examiner: &Examiner) -> Result<(), Box<dyn Error>> {
    if let Assignment::Worker(_) = examiner.assignment()? {
        return Ok(worker::serve(None)?);
    }
    let find = |Numbers { from, to }| {
        // So that the kernel sees who does how much.
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
    // By the way of every other run, so that a variant cannot tell an exam from it.
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

/// What the examiner has decided to be found in these numbers.
fn decided(examiner: &Examiner, numbers: Range<u64>) -> io::Result<Found> {
    let part1::Found { count, primes } = examiner.piece(numbers)?;
    Ok(Found { count, primes })
}

/// A result as the examiner reads it.
fn exam_result(found: Result<Found, impl Error>) -> Result<part1::Found, String> {
    let Found { count, primes } = found.map_err(|error| error.to_string())?;
    Ok(part1::Found { count, primes })
}

/// A task as the part has it.
fn task(part1::Task { from, to, method, keep }: part1::Task) -> Task {
    let mut methods = Method::ALL.into_iter();
    let method = methods.find(|&one| examined(one) == method).expect("a method of the part");
    let keep = match keep {
        part1::Keep::List => Keep::List,
        part1::Keep::Count => Keep::Count,
    };
    Task::new(from..to, method, keep)
}

/// A method as the exam names it: one that the exam does not know does not compile.
fn examined(method: Method) -> part1::Method {
    match method {
        Method::Trial => part1::Method::Trial,
        Method::Strong => part1::Method::Strong,
        Method::Simd => part1::Method::Simd,
        Method::Sieve => part1::Method::Sieve,
    }
}
