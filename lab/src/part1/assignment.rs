//! What a candidate of part 1 is asked to do.

use std::{fmt, ops::Range};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Kind;
use crate::seed::{Seed, says_yes};

/// A range of numbers, in chunks, for so many workers; what is to be found in it only the seed knows.
#[derive(Clone, Debug)]
pub(super) struct Job {
    numbers: Range<u64>,
    chunk: u64,
    workers: usize,
    seed: u64,
}

impl Job {
    /// So many whole chunks.
    pub(super) fn of_chunks(chunks: u64, workers: usize, seed: &mut Seed) -> Self {
        let (start, chunk) = (seed.within(0..1 << 40), seed.within(20..60));
        Self { numbers: start..start + chunks * chunk, chunk, workers, seed: seed.number() }
    }

    /// Some chunks, of which the last one is short.
    pub(super) fn ragged(seed: &mut Seed) -> Self {
        let mut job = Self::of_chunks(11, 3, seed);
        job.numbers.end -= seed.within(1..job.chunk);
        job
    }

    /// The chunks, in order.
    pub(super) fn chunks(&self) -> Vec<Range<u64>> {
        let starts =
            self.numbers.clone().step_by(usize::try_from(self.chunk).unwrap_or(usize::MAX));
        starts.map(|start| start..(start + self.chunk).min(self.numbers.end)).collect()
    }

    /// The assignment, as part 1 reads it.
    pub(super) fn assignment(&self, kind: Kind) -> Value {
        let name = match kind {
            Kind::Parallel => "parallel",
            Kind::Processes => "processes",
        };
        let Self { numbers, chunk, workers, .. } = self;
        let (from, to) = (numbers.start, numbers.end);
        json!({ name: { "from": from, "to": to, "chunk": chunk, "workers": workers } })
    }

    /// What is found in some numbers, if they are no more than a chunk.
    pub(super) fn piece(&self, numbers: Range<u64>) -> Option<Value> {
        let length = numbers.end.checked_sub(numbers.start)?;
        // Whoever takes in the next number, too, is to be told so, and not to be hung up on.
        (length <= self.chunk + 1).then(|| {
            let primes = self.found_in(numbers);
            json!({ "count": primes.len(), "primes": primes })
        })
    }

    /// What is to be found in some numbers.
    fn found_in(&self, numbers: Range<u64>) -> Vec<u64> {
        numbers.filter(|&number| says_yes(self.seed, number)).collect()
    }

    /// What is to be found altogether.
    pub(super) fn answer(&self) -> Vec<u64> {
        self.found_in(self.numbers.clone())
    }
}

impl fmt::Display for Job {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { numbers, chunk, workers, .. } = self;
        let Range { start, end } = numbers;
        write!(formatter, "numbers {start}..{end}, {chunk} a chunk, {workers} workers")
    }
}

/// What is found in a chunk, as part 1 writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Found {
    pub(super) count: u64,
    #[serde(default)]
    pub(super) primes: Vec<u64>,
}

/// A task of a worker process, as part 1 writes it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct WorkerTask {
    pub(super) from: u64,
    pub(super) to: u64,
    method: &'static str,
    keep: &'static str,
}

impl WorkerTask {
    /// Whether the primes themselves are asked for.
    pub(super) fn is_list(&self) -> bool {
        self.keep == "list"
    }
}

/// Tasks of all kinds.
pub(super) fn worker_tasks(seed: &mut Seed) -> Vec<WorkerTask> {
    let mut tasks = Vec::new();
    for method in ["trial", "strong", "sieve"] {
        for keep in ["list", "count"] {
            let from = seed.within(0..1 << 36);
            tasks.push(WorkerTask { from, to: from + seed.within(100..900), method, keep });
        }
    }
    tasks
}
