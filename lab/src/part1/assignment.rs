//! The assignments of part 1.

use std::{
    fmt,
    num::{NonZeroU64, NonZeroUsize},
    ops::Range,
};

use exam::part1::{self, Found, Keep, Method, Task};

use crate::seed::{Seed, is_one_in_eight};

/// A range of numbers, in chunks, for some workers.
///
/// If a seed draws the targets, these are targets in any case: the first and the last number of each
/// chunk, and the neighbors of the whole range. So a chunk that is dropped, cut short or stretched always
/// changes the answer. One chunk has no targets.
#[derive(Clone, Debug)]
pub(super) struct Job {
    numbers: Range<u64>,
    chunk: u64,
    workers: usize,
    targets: TargetNumbers,
}

/// The numbers that count as primes.
#[derive(Clone, Copy, Debug)]
enum TargetNumbers {
    /// Numbers that this seed draws.
    Drawn(u64),
    /// The real primes, as in a run without arguments.
    Primes,
}

/// The chunk without primes, in a job of at least `CHUNKS_WITH_EMPTY` chunks.
const EMPTY_CHUNK: u64 = 2;
const CHUNKS_WITH_EMPTY: u64 = 5;

impl Job {
    /// A job of this many whole chunks.
    pub(super) fn of_chunks(chunks: u64, workers: usize, seed: &mut Seed) -> Self {
        let (start, chunk) = (seed.within(1..1 << 40), seed.within(20..60));
        let targets = TargetNumbers::Drawn(seed.number());
        Self { numbers: start..start + chunks * chunk, chunk, workers, targets }
    }

    /// A job of this many chunks. The last one has no more than `last` numbers.
    pub(super) fn with_short_last_chunk(
        chunks: u64,
        last: u64,
        workers: usize,
        seed: &mut Seed,
    ) -> Self {
        let mut job = Self::of_chunks(chunks, workers, seed);
        job.numbers.end -= job.chunk.saturating_sub(last);
        job
    }

    /// The job of a run without arguments.
    pub(super) fn of_the_lab(workers: usize) -> Self {
        Self {
            numbers: 100_000_000..101_000_000,
            chunk: 5_000,
            workers,
            targets: TargetNumbers::Primes,
        }
    }

    /// The number of workers.
    pub(super) fn workers(&self) -> usize {
        self.workers
    }

    /// The chunks, in order.
    pub(super) fn chunks(&self) -> Vec<Range<u64>> {
        let starts =
            self.numbers.clone().step_by(usize::try_from(self.chunk).unwrap_or(usize::MAX));
        starts.map(|start| start..(start + self.chunk).min(self.numbers.end)).collect()
    }

    /// The job as the candidate gets it.
    pub(super) fn for_candidate(&self) -> part1::Job {
        let Range { start: from, end: to } = self.numbers;
        let chunk = NonZeroU64::new(self.chunk).expect("chunks of some numbers");
        let workers = NonZeroUsize::new(self.workers).expect("a worker to do it");
        part1::Job { from, to, chunk, workers }
    }

    /// The answer to a piece of work, if it is no larger than a chunk.
    pub(super) fn piece(&self, numbers: Range<u64>) -> Option<Found> {
        let length = numbers.end.checked_sub(numbers.start)?;
        // A chunk that takes in the next number, too, is answered: its diagnosis comes later.
        (length <= self.chunk + 1).then(|| {
            let primes = self.found_in(numbers);
            Found { count: primes.len() as u64, primes }
        })
    }

    /// The numbers to find in a range.
    pub(super) fn found_in(&self, numbers: Range<u64>) -> Vec<u64> {
        numbers.filter(|&number| self.is_target(number)).collect()
    }

    fn is_target(&self, number: u64) -> bool {
        let TargetNumbers::Drawn(seed) = self.targets else {
            return sieve::is_prime(number);
        };
        if !self.numbers.contains(&number) {
            return true;
        }
        let offset = number - self.numbers.start;
        let (index, place) = (offset / self.chunk, offset % self.chunk);
        let is_at_an_end = place == 0 || place + 1 == self.chunk || number + 1 == self.numbers.end;
        let is_in_empty_chunk = index == EMPTY_CHUNK
            && self.numbers.end - self.numbers.start > (CHUNKS_WITH_EMPTY - 1) * self.chunk;
        !is_in_empty_chunk && (is_at_an_end || is_one_in_eight(seed, number))
    }

    /// All numbers to find.
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

/// A task of a worker process, with the expected result.
#[derive(Clone, Debug)]
pub(super) struct WorkerTask {
    pub(super) task: Task,
    pub(super) expected: ExpectedResult,
}

/// The expected result of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExpectedResult {
    /// The primes of few numbers.
    Primes,
    /// This many primes, known from tables: there are too many numbers to test each.
    Known(u64),
    /// An error, since the method does not support these numbers.
    Error,
}

impl WorkerTask {
    fn new(numbers: Range<u64>, method: Method, keep: Keep, expected: ExpectedResult) -> Self {
        Self { task: Task { from: numbers.start, to: numbers.end, method, keep }, expected }
    }
}

impl fmt::Display for WorkerTask {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Task { from, to, method, keep } = self.task;
        let method = match method {
            Method::Trial => "trial",
            Method::Strong => "strong",
            Method::Simd => "simd",
            Method::Sieve => "sieve",
        };
        let keep = match keep {
            Keep::List => "list",
            Keep::Count => "count",
        };
        write!(formatter, "a {keep} of the primes in {from}..{to} by the method {method}")
    }
}

/// The end of a range whose primes only the sieve can count before the deadline.
const BILLION: u64 = 1_000_000_000;
const PRIMES_BELOW_A_BILLION: u64 = 50_847_534;

/// The first of the last 100 000 numbers of 64 bits.
const LAST_NUMBERS: u64 = u64::MAX - 100_000;

/// A range of which trial division cannot test `MANY_LARGE` numbers before the deadline.
const LARGE: Range<u64> = 1 << 60..1 << 61;
const MANY_LARGE: u64 = 4000;

/// Tasks of each method, for a list and for a count, of a few numbers.
pub(super) fn small_worker_tasks(seed: &mut Seed) -> Vec<WorkerTask> {
    let mut tasks = Vec::new();
    for &method in Method::ALL {
        for &keep in Keep::ALL {
            let from = seed.within(0..1 << 36);
            let to = from + seed.within(100..900);
            tasks.push(WorkerTask::new(from..to, method, keep, ExpectedResult::Primes));
        }
    }
    tasks
}

/// Tasks of numbers that only one method can do within the deadline, or that every method has to
/// refuse, because the range ends before it starts.
pub(super) fn large_worker_tasks(seed: &mut Seed) -> Vec<WorkerTask> {
    let mut tasks = Vec::new();
    let mut add = |numbers: Range<u64>, method, keep, expected| {
        tasks.push(WorkerTask::new(numbers, method, keep, expected));
    };
    for method in [Method::Strong, Method::Simd] {
        let from = seed.within(LARGE);
        add(from..from + MANY_LARGE, method, Keep::List, ExpectedResult::Primes);
        let from = LAST_NUMBERS + seed.within(0..1000);
        add(from..from + 100, method, Keep::Count, ExpectedResult::Primes);
    }
    add(0..BILLION, Method::Sieve, Keep::Count, ExpectedResult::Known(PRIMES_BELOW_A_BILLION));
    for &keep in Keep::ALL {
        let from = LAST_NUMBERS + seed.within(0..1000);
        add(from..from - 100, Method::Sieve, keep, ExpectedResult::Error);
    }
    tasks
}
