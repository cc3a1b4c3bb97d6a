//! The messages to worker processes: what they contain, and how a worker does them.

use std::{
    ffi::OsString,
    ops::Range,
    path::{Path, PathBuf},
};

use message::number::grouped;
use process_pool::{Event, ServeError};
use serde::{Deserialize, Serialize};
use sieve::SharedSieve;

use crate::{Found, Keep, Method, PrimesError};

/// The message for a task that asks a method for primes that it does not find.
const LISTS_NOTHING: &str = "cannot list the primes by \"method\":\"count\", which visits no number (give \
                             \"keep\":\"count\", or \"method\":\"sieve\")";

/// A task for a worker process, since a closure cannot be sent to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The first number.
    from: u64,
    /// The end of the range, which is not part of it.
    to: u64,
    method: Method,
    keep: Keep,
}

impl Task {
    /// The task for one chunk of numbers.
    pub fn new(numbers: Range<u64>, method: Method, keep: Keep) -> Self {
        Self { from: numbers.start, to: numbers.end, method, keep }
    }
}

/// The program to start as a worker process, which is one that calls [`serve`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerProgram {
    /// Its path.
    pub path: PathBuf,
    /// The arguments that make it a worker.
    pub arguments: Vec<OsString>,
}

/// The unit of work for worker processes: their program, and what they do with each chunk.
pub struct RemoteWork {
    /// The program of a worker.
    pub program: WorkerProgram,
    /// The method.
    pub method: Method,
    /// Whether primes are listed.
    pub keep: Keep,
    /// The function that the pool calls with each event.
    pub watch: Box<dyn Fn(Event) + Send + Sync>,
}

/// Runs a worker process: does tasks from stdin until there are no more.
///
/// With a `gate`, it waits there before each task, so that a test can prove that several worker
/// processes work at once.
///
/// # Errors
/// When stdin has a line that is no task, or stdout fails.
pub fn serve(gate: Option<&Path>) -> Result<(), ServeError> {
    let shared_sieve = &SharedSieve::default();
    process_pool::serve(|task: Task| -> Result<Found, String> {
        if let Some(path) = gate {
            gate::pass_at(path).map_err(|error| cannot_pass(path, &error))?;
        }
        task.method.check_keep(task.keep).map_err(|error| refused(&error))?;
        // BEGIN SOLUTION(task, shared_sieve): find the primes from `task.from` up to, and without,
        // `task.to` by the task's method, and keep what it asks for, with the `shared_sieve` that all
        // tasks of this process have; a range that the method cannot do is an error
        let numbers = task.from..task.to;
        task.method.check(&numbers).map_err(|error| refused(&error))?;
        Ok(task.method.find(numbers, task.keep, shared_sieve))
        // END SOLUTION
    })
}

/// The message for a task that cannot be done. It names the fields of the task, since the client has no
/// command line.
fn refused(error: &PrimesError) -> String {
    match error {
        PrimesError::InvertedRange { from, to } => format!(
            r#"cannot search from {} up to {}: "to" is below "from""#,
            grouped(*from),
            grouped(*to)
        ),
        PrimesError::BeyondTheCount { to } => format!(
            "cannot count up to {} without a sieve: with \"method\":\"count\", \"to\" is at most {} \
             (give \"method\":\"sieve\")",
            grouped(*to),
            grouped(sieve::PRIME_COUNT_MAX + 1)
        ),
        PrimesError::OnlyCounts => LISTS_NOTHING.to_owned(),
        error => error.to_string(),
    }
}

fn cannot_pass(path: &Path, error: &std::io::Error) -> String {
    format!("cannot pass the gate at {}: {error}", path.display())
}
