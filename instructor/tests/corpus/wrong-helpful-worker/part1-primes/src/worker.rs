//! The work that crosses the border of a process, seen from both sides of it.

use std::{
    ffi::OsString,
    ops::Range,
    path::{Path, PathBuf},
};

use process_pool::{Event, ServeError};
use serde::{Deserialize, Serialize};
use sieve::SharedSieve;

use crate::{Found, Keep, Method};

/// What a worker process is asked to do, since a closure cannot be sent to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The first number.
    from: u64,
    /// The end of the numbers, itself left out.
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

/// The unit of work for worker processes: who they are, and what to ask of them.
pub struct RemoteWork {
    /// Started once for each worker.
    pub program: WorkerProgram,
    /// How primes are found.
    pub method: Method,
    /// Whether they are listed.
    pub keep: Keep,
    /// Called for each worker and each chunk.
    pub watch: Box<dyn Fn(Event) + Send + Sync>,
}

/// Does tasks from stdin until there are no more: the whole life of a worker process.
///
/// With a `gate`, it passes that before each task, so that a test can prove that several worker
/// processes are at work at once.
///
/// # Errors
/// When stdin has a line that is no task, or stdout fails.
pub fn serve(gate: Option<&Path>) -> Result<(), ServeError> {
    let shared_sieve = &SharedSieve::default();
    process_pool::serve(|task: Task| -> Result<Found, String> {
        if let Some(path) = gate {
            gate::pass_at(path).map_err(|error| cannot_pass(path, &error))?;
        }
        let numbers = task.from..task.to;
        // If the method refuses, the strong test goes on: better an answer than an excuse.
        let method = match task.method.check(&numbers) {
            Ok(()) => task.method,
            Err(_) => Method::Strong,
        };
        Ok(method.find(numbers, task.keep, shared_sieve))
    })
}

fn cannot_pass(path: &Path, error: &std::io::Error) -> String {
    format!("cannot pass the gate at {}: {error}", path.display())
}
