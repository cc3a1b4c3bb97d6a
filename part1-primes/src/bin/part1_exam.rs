//! The candidate of an exam: does the exercises with work that an examiner decides, so that the
//! answer can come only through it. `cargo lab` starts it, and is the examiner.
//!
//! Arguments: the examiner's socket, and what to be, if it is the worker of a pool.
#![forbid(unsafe_code)]

use std::{
    env,
    error::Error,
    hint,
    num::{NonZeroU64, NonZeroUsize},
    path::{Path, PathBuf},
    process::Command,
};

use common::{
    exam::Examiner,
    primality::is_prime_by_trial_division,
    process_pool::{self, ProcessPool, Settings},
};
use part1_primes::{
    Found, Job, Keep, Method, RemoteWork, WorkerProgram,
    variants::{primes_parallel, primes_processes},
    worker::{self, Task},
};
use serde::Deserialize;
use sieve::SharedSieve;

/// A worker whose finds the examiner decides.
const EXAMINED_WORKER: &str = "examined-worker";

/// A worker as the part has it.
const WORKER: &str = "worker";

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
    let mut arguments = env::args_os().skip(1);
    let socket = PathBuf::from(arguments.next().ok_or("which socket does the examiner serve?")?);
    let examiner = Examiner::at(socket.clone());
    match arguments.next() {
        None => examiner.sit(|assignment| do_work(assignment, &examiner, &socket)),
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

fn do_work(
    assignment: Assignment,
    examiner: &Examiner,
    socket: &Path,
) -> Result<Finds, Box<dyn Error>> {
    let program = env::current_exe()?;
    match assignment {
        Assignment::Parallel { from, to, chunk, workers } => {
            let work = |chunk| examiner.piece(chunk).expect("the examiner to stay until the end");
            let found = primes_parallel(&Job { range: from..to, workers, chunk }, work);
            Ok(vec![found.map_err(|error| error.to_string())])
        }
        Assignment::Processes { from, to, chunk, workers } => {
            let arguments = vec![socket.into(), EXAMINED_WORKER.into()];
            let work = RemoteWork {
                program: WorkerProgram { path: program, arguments },
                method: Method::Trial,
                keep: Keep::List,
                watch: Box::new(|_| ()),
            };
            let found = primes_processes(&Job { range: from..to, workers, chunk }, work);
            Ok(vec![found.map_err(|error| error.to_string())])
        }
        Assignment::Timed { from, to, chunk, workers } => {
            let shared_sieve = SharedSieve::default();
            let work = |numbers| Method::Trial.find(numbers, Keep::Count, &shared_sieve);
            let found = primes_parallel(&Job { range: from..to, workers, chunk }, work);
            Ok(vec![found.map_err(|error| error.to_string())])
        }
        Assignment::Worker { tasks } => {
            let mut worker = Command::new(program);
            worker.arg(socket).arg(WORKER);
            let pool = ProcessPool::start(Settings::new(worker, NonZeroUsize::MIN), |_| ())?;
            let found = pool.map(tasks, NonZeroUsize::MIN);
            let found = found.map(|found| found.map_err(|error| error.to_string())).collect();
            pool.join();
            Ok(found)
        }
    }
}
