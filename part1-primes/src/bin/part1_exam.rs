//! The candidate of an exam: does the exercises with work that an examiner decides, so that the
//! answer can come only through it. `cargo lab` starts it, and is the examiner.
//!
//! Argument: what to be, if it is the worker of a pool.
#![forbid(unsafe_code)]

use std::{
    env,
    error::Error,
    hint,
    num::{NonZeroU64, NonZeroUsize},
    ops::Range,
    process::Command,
};

use common::{
    primality::is_prime_by_trial_division,
    process_pool::{self, ProcessPool, Settings},
};
use exam::Examiner;
use part1_primes::{
    Found, Job, Keep, Method, RemoteWork, Variant, WorkerProgram,
    worker::{self, Task},
};
use serde::Deserialize;
use sieve::SharedSieve;

/// A worker whose finds the examiner decides. Its arguments are those of every other run.
const EXAMINED_WORKER: &str = "worker";

/// A worker as the part has it.
const WORKER: &str = "worker-of-the-part";

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Assignment {
    Parallel {
        from: u64,
        to: u64,
        chunk: NonZeroU64,
        workers: NonZeroUsize,
    },
    Processes {
        from: u64,
        to: u64,
        chunk: NonZeroU64,
        workers: NonZeroUsize,
    },
    Worker {
        tasks: Vec<Task>,
    },
    /// Real primes, for the examiner's clock.
    Timed {
        from: u64,
        to: u64,
        chunk: NonZeroU64,
        workers: NonZeroUsize,
    },
}

/// A task of a pool's worker, as far as it matters to the examiner.
#[derive(Deserialize)]
struct Numbers {
    from: u64,
    to: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let examiner = Examiner::of_this_program()?;
    match env::args_os().nth(1) {
        None => examiner.sit(|assignment| do_work(assignment, &examiner)),
        Some(role) if role == WORKER => worker::serve(None).map_err(Into::into),
        Some(_) => {
            let find = |Numbers { from, to }| {
                // So that the kernel sees who does how much.
                (from..to)
                    .for_each(|number| _ = hint::black_box(is_prime_by_trial_division(number)));
                examiner.piece::<Found>(from..to).map_err(|error| error.to_string())
            };
            process_pool::serve(find).map_err(Into::into)
        }
    }
}

/// What was found, or why it was not.
type Finds = Vec<Result<Found, String>>;

fn do_work(assignment: Assignment, examiner: &Examiner) -> Result<Finds, Box<dyn Error>> {
    let program = process_pool::this_program()?;
    let arguments = vec![EXAMINED_WORKER.into()];
    let remote_work = RemoteWork {
        program: WorkerProgram { path: program.clone(), arguments },
        method: Method::Trial,
        keep: Keep::List,
        watch: Box::new(|_| ()),
    };
    // By the way of every other run, so that a variant cannot tell an exam from it.
    let find = |variant: Variant, job: Job, work: &(dyn Fn(Range<u64>) -> Found + Sync)| {
        let found = variant.find_primes(&job, work, remote_work);
        Ok(vec![found.map_err(|error| error.to_string())])
    };
    let ask = |chunk| examiner.piece(chunk).expect("the examiner to stay until the end");
    match assignment {
        Assignment::Parallel { from, to, chunk, workers } => {
            find(Variant::Parallel, Job { range: from..to, workers, chunk }, &ask)
        }
        Assignment::Processes { from, to, chunk, workers } => {
            find(Variant::Processes, Job { range: from..to, workers, chunk }, &ask)
        }
        Assignment::Timed { from, to, chunk, workers } => {
            let shared_sieve = SharedSieve::default();
            let work = |numbers| Method::Trial.find(numbers, Keep::Count, &shared_sieve);
            find(Variant::Parallel, Job { range: from..to, workers, chunk }, &work)
        }
        Assignment::Worker { tasks } => {
            let mut worker = Command::new(program);
            worker.arg(WORKER);
            let pool = ProcessPool::start(Settings::new(worker, NonZeroUsize::MIN), |_| ())?;
            let found = pool.map(tasks, NonZeroUsize::MIN);
            let found = found.map(|found| found.map_err(|error| error.to_string())).collect();
            pool.join();
            Ok(found)
        }
    }
}
